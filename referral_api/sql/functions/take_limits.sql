-- Takes one unit of each limit. Says when that unit was allowed (`due`), when one more will be
-- (`next_due`), and the key of the limit that allows it last.
-- The rows are locked in the order of their keys, so that two callers never wait for each other.
CREATE OR REPLACE FUNCTION referral_api_take_limits(
    p_keys text[], p_steps interval[], p_refills interval[], p_now timestamptz,
    OUT due timestamptz, OUT next_due timestamptz, OUT last_key text
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
    ), allowed AS (
        SELECT key, taken.spent_until - refill AS due, taken.spent_until + step - refill AS next_due
          FROM taken JOIN wanted USING (key)
    )
    SELECT max(allowed.due), max(allowed.next_due),
           (array_agg(key ORDER BY allowed.next_due DESC))[1]
      INTO due, next_due, last_key FROM allowed;
END $$
