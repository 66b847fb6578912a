SELECT user_id, is_active, is_new FROM referral_api_get_or_create_user(
       p_phone => %(phone)s, p_activated_digest => %(activated_digest)s,
       p_invite_codes => %(invite_codes)s, p_now => %(now)s)
