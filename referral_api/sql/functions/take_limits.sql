-- Takes one unit of each limit. Says when that unit was allowed (`due`), when one more will be
-- (`next_due`), and the key of the limit that allows it last.
-- The rows are locked in the order of the keys, in which every caller gives them. So two callers
-- never wait for each other in a circle.
-- A loop over a few keys is cheaper than one statement that takes them all.
CREATE OR REPLACE FUNCTION referral_api_take_limits(
    p_keys text[], p_steps interval[], p_refills interval[], p_now timestamptz,
    OUT due timestamptz, OUT next_due timestamptz, OUT last_key text
) LANGUAGE plpgsql AS $$
DECLARE
    taken_until timestamptz;
BEGIN
    FOR n IN 1 .. cardinality(p_keys) LOOP
        INSERT INTO referral_api_limitstate AS l (key, spent_until)
        VALUES (p_keys[n], p_now + p_steps[n])
        ON CONFLICT (key) DO UPDATE SET spent_until = greatest(l.spent_until, p_now) + p_steps[n]
        RETURNING l.spent_until INTO taken_until;
        due := greatest(due, taken_until - p_refills[n]);
        IF next_due IS NULL OR next_due < taken_until + p_steps[n] - p_refills[n] THEN
            next_due := taken_until + p_steps[n] - p_refills[n];
            last_key := p_keys[n];
        END IF;
    END LOOP;
END $$
