-- Takes one unit of each limit if all of them allow it. The answer is not in the future exactly then.
--
-- Why the two settings: a session then keeps the plans of all statements in here. Without them
-- PostgreSQL guesses ten keys for an array of three, and plans anew at each call. A kept plan must
-- not be one for the empty tables of the first day, so scans of a whole table are off: every
-- statement looks rows up by a key.
CREATE OR REPLACE FUNCTION referral_api_spend_limits(
    p_keys text[], p_steps interval[], p_refills interval[], p_now timestamptz
) RETURNS timestamptz LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    due timestamptz := (referral_api_read_limits(p_keys, p_steps, p_refills, p_now)).due;
BEGIN
    IF due > p_now THEN
        RETURN due;
    END IF;
    due := (referral_api_take_limits(p_keys, p_steps, p_refills, p_now)).due;
    IF due > p_now THEN  -- another caller was quicker
        PERFORM referral_api_give_back_limits(p_keys, p_steps);
    END IF;
    RETURN due;
END $$
