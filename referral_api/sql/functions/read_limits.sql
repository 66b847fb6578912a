-- When one more unit of each limit would be allowed, as far as can be seen without a lock, and the
-- key of the limit that allows it last.
-- A refusal is decided by this alone. It writes nothing and waits for no other transaction, so a
-- client that floods the service costs little.
CREATE OR REPLACE FUNCTION referral_api_read_limits(
    p_keys text[], p_steps interval[], p_refills interval[], p_now timestamptz,
    OUT due timestamptz, OUT last_key text
) LANGUAGE plpgsql STABLE AS $$
BEGIN
    SELECT greatest(l.spent_until, p_now) + wanted.step - wanted.refill AS wanted_due, l.key
      INTO due, last_key
      FROM unnest(p_keys, p_steps, p_refills) AS wanted (key, step, refill)
      JOIN referral_api_limitstate l ON l.key = wanted.key
     ORDER BY wanted_due DESC LIMIT 1;
END $$
