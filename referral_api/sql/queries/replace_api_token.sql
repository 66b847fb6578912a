-- A user has one API token: a new one replaces the older, also with many callers at once. The
-- session that asks must be alive: its access token is still valid for minutes after a logout. The
-- user stays as they are until this commits, or a deletion at the same moment would miss the token.
INSERT INTO authtoken_token (key, user_id, created)
SELECT %(digest)s, u.id, %(now)s
  FROM referral_api_session s JOIN referral_api_user u ON u.id = s.user_id
 WHERE s.id = %(session_id)s AND s.expires_at > %(expired)s
   AND u.id = %(user_id)s AND u.is_active FOR KEY SHARE OF u
ON CONFLICT (user_id) DO UPDATE SET key = excluded.key, created = excluded.created
