-- Exactly one of many callers with the same token updates the row: the current token must match.
-- Token ids that were spent before the grace are forgotten.
UPDATE referral_api_session s
   SET current_token = %(new)s, expires_at = %(expires_at)s,
       spent_tokens = jsonb_build_object(%(old)s::text, %(now)s) || coalesce(
           (SELECT jsonb_object_agg(token, at)
              FROM jsonb_each_text(spent_tokens) AS spent (token, at)
             WHERE at::timestamptz > %(since)s), '{}')
  FROM referral_api_user u
 WHERE s.id = %(session_id)s AND s.current_token = %(old)s AND s.expires_at > %(now)s
   AND u.id = s.user_id AND u.is_active
