-- What the right code does: it is used, and so are the other codes of its lane; the user is found or
-- made; and a session begins, unless the user is disabled.
-- `user_id` is NULL where another caller used the code first. Then nothing is written.
-- The codes of the lane are locked in one order, so that two logins never wait for each other.
CREATE OR REPLACE FUNCTION referral_api_log_in(
    p_challenge_id uuid, p_phone text, p_activated_digest text, p_lane uuid, p_now timestamptz,
    p_invite_codes text[],
    p_session_id uuid, p_token_id uuid, p_session_ends timestamptz, p_user_agent text,
    OUT user_id bigint, OUT is_active boolean, OUT is_new boolean
) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    living uuid[];
BEGIN
    SELECT array_agg(id) INTO living FROM (
        SELECT id FROM referral_api_loginchallenge
         WHERE phone = p_phone AND lane = p_lane AND used_at IS NULL AND expires_at > p_now
         ORDER BY id FOR UPDATE) locked;
    IF p_challenge_id = ANY(living) THEN
        UPDATE referral_api_loginchallenge SET used_at = p_now WHERE id = ANY(living);
        SELECT u.user_id, u.is_active, u.is_new INTO user_id, is_active, is_new
          FROM referral_api_get_or_create_user(
               p_phone, p_activated_digest, p_invite_codes, p_now) u;
    END IF;
    IF is_active THEN
        INSERT INTO referral_api_session
            (id, user_id, current_token, created_at, expires_at, user_agent)
        VALUES (p_session_id, user_id, p_token_id, p_now, p_session_ends, p_user_agent);
    END IF;
END $$
