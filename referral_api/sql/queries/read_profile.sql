-- One row; all of it is NULL where the user is disabled or gone.
SELECT phone, invite_code, invited_total, activated_at, activated_invite_code, phones, moments, ids
  FROM referral_api_read_profile(
       p_user_id => %(user_id)s, p_limit => %(limit)s,
       p_after_moment => %(after_moment)s, p_after_id => %(after_id)s)
