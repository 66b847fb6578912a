-- Gives one unit of each limit back. The rows are locked in the order of their keys, as in
-- take_limits, so that giving back and taking never wait for each other in a circle.
CREATE OR REPLACE FUNCTION referral_api_give_back_limits(p_keys text[], p_steps interval[])
RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    PERFORM FROM referral_api_limitstate WHERE key = ANY(p_keys) ORDER BY key FOR UPDATE;
    UPDATE referral_api_limitstate l SET spent_until = l.spent_until - wanted.step
      FROM unnest(p_keys, p_steps) AS wanted (key, step) WHERE l.key = wanted.key;
END $$
