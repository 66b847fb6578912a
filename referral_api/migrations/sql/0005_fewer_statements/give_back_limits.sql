-- Gives one unit of each limit back. The rows are locked in the same order as in take_limits, so
-- that giving back and taking never wait for each other in a circle.
CREATE OR REPLACE FUNCTION referral_api_give_back_limits(p_keys text[], p_steps interval[])
RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    FOR n IN 1 .. cardinality(p_keys) LOOP
        UPDATE referral_api_limitstate SET spent_until = spent_until - p_steps[n]
         WHERE key = p_keys[n];
    END LOOP;
END $$
