-- Spends a shared try of every code that lives in these lanes of a phone, and brings what is needed
-- to compare them. Their rows stay locked until the transaction ends, in one order. So a new code
-- waits until the wrong tries are counted.
CREATE OR REPLACE FUNCTION referral_api_spend_shared_tries(
    p_phone text, p_lanes uuid[], p_now timestamptz
) RETURNS TABLE (challenge_id uuid, lane uuid, code_length integer) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH living AS (
        SELECT id FROM referral_api_loginchallenge
         WHERE phone = p_phone AND lane = ANY(p_lanes) AND used_at IS NULL AND expires_at > p_now
         ORDER BY id FOR UPDATE
    )
    UPDATE referral_api_loginchallenge c SET shared_tries = c.shared_tries - 1
      FROM living WHERE c.id = living.id AND c.shared_tries > 0
    RETURNING c.id, c.lane, c.code_length::integer;
END $$
