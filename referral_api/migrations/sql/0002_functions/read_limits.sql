-- When one more unit of each limit would be allowed, as far as can be seen without a lock.
-- A refusal is decided by this alone. It writes nothing and waits for no other transaction, so a
-- client that floods the service costs little.
CREATE OR REPLACE FUNCTION referral_api_read_limits(
    p_keys text[], p_steps interval[], p_refills interval[], p_now timestamptz
) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT max(greatest(l.spent_until, p_now) + wanted.step - wanted.refill)
              FROM unnest(p_keys, p_steps, p_refills) AS wanted (key, step, refill)
              JOIN referral_api_limitstate l ON l.key = wanted.key);
END $$
