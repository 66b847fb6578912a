-- Takes one unit of each limit. Says when that unit was allowed (`due`), and when one more will be.
-- The rows are locked in the order of their keys, so that two callers never wait for each other.
CREATE OR REPLACE FUNCTION referral_api_take_limits(
    p_keys text[], p_steps interval[], p_refills interval[], p_now timestamptz,
    OUT due timestamptz, OUT next_due timestamptz
) LANGUAGE plpgsql AS $$
BEGIN
    WITH wanted AS (
        SELECT * FROM unnest(p_keys, p_steps, p_refills) AS one (key, step, refill)
    ), taken AS (
        INSERT INTO referral_api_limitstate AS l (key, spent_until)
        SELECT key, p_now + step FROM wanted ORDER BY key
        ON CONFLICT (key) DO UPDATE
           SET spent_until = greatest(l.spent_until, p_now) + (excluded.spent_until - p_now)
        RETURNING l.key, l.spent_until
    )
    SELECT max(taken.spent_until - wanted.refill),
           max(taken.spent_until + wanted.step - wanted.refill)
      INTO due, next_due FROM taken JOIN wanted ON wanted.key = taken.key;
END $$
