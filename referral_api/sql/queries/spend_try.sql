-- Exactly as many callers get a row as there were tries left; it says how many are left now.
UPDATE referral_api_loginrequest SET tries_left = tries_left - 1
 WHERE id = %(request_id)s AND tries_left > 0
RETURNING tries_left
