-- A user has one API token: a new one replaces the older, also with many callers at once.
INSERT INTO authtoken_token (key, user_id, created)
SELECT %(digest)s, id, %(now)s FROM referral_api_user WHERE id = %(user_id)s AND is_active
ON CONFLICT (user_id) DO UPDATE SET key = excluded.key, created = excluded.created
