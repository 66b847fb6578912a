-- Takes one unit of each limit if all of them allow it. Then `due` is not in the future. Otherwise
-- `last_key` is the limit that allows it last.
--
-- Why the two settings: a session then keeps the plans of all statements in here. Without them
-- PostgreSQL guesses ten keys for an array of three, and plans anew at each call. A kept plan must
-- not be one for the empty tables of the first day, so scans of a whole table are off: every
-- statement looks rows up by a key.
CREATE OR REPLACE FUNCTION referral_api_spend_limits(
    p_keys text[], p_steps interval[], p_refills interval[], p_now timestamptz,
    OUT due timestamptz, OUT last_key text
) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    limits record;
BEGIN
    limits := referral_api_read_limits(p_keys, p_steps, p_refills, p_now);
    due := coalesce(limits.due, p_now);
    last_key := limits.last_key;
    IF due > p_now THEN
        RETURN;
    END IF;
    limits := referral_api_take_limits(p_keys, p_steps, p_refills, p_now);
    due := limits.due;
    last_key := limits.last_key;
    IF due > p_now THEN  -- another caller was quicker
        PERFORM referral_api_give_back_limits(p_keys, p_steps);
    END IF;
END $$
