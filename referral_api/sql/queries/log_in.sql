-- The second statement of a login, all of it or nothing: so it needs no BEGIN and COMMIT of its own.
SELECT user_id, is_active, is_new FROM referral_api_log_in(
       p_challenge_id => %(challenge_id)s, p_phone => %(phone)s, p_lane => %(lane)s,
       p_activated_digest => %(activated_digest)s,
       p_now => %(now)s, p_invite_codes => %(invite_codes)s, p_session_id => %(session_id)s,
       p_token_id => %(token_id)s, p_session_ends => %(session_ends)s,
       p_user_agent => %(user_agent)s)
