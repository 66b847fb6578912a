-- The current token gets a successor, a fresh one. The token before it gets the same successor
-- again, within the grace. Of many callers at once with one token, the first makes the successor;
-- the others wait for its lock, then read the new row here and find the successor in it.
UPDATE referral_api_session s
   SET previous_token = %(token)s,
       current_token = CASE s.current_token
           WHEN %(token)s THEN %(successor)s ELSE s.current_token END,
       rotated_at = CASE s.current_token
           WHEN %(token)s THEN %(now)s ELSE s.rotated_at END,
       expires_at = CASE s.current_token
           WHEN %(token)s THEN least(%(token_ends)s, s.created_at + %(session_max)s)
           ELSE s.expires_at END
  FROM referral_api_user u
 WHERE s.id = %(session_id)s AND s.user_id = %(user_id)s AND s.expires_at > %(expired)s
   AND (s.current_token = %(token)s
        OR s.previous_token = %(token)s AND s.rotated_at > %(grace_began)s)
   AND u.id = s.user_id AND u.is_active
RETURNING s.id, s.user_id, s.current_token, s.previous_token, s.rotated_at, s.created_at,
          s.expires_at
