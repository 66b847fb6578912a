-- One statement: it decides alone, also among many callers at once.
SELECT refusal, activated_invite_code, due FROM referral_api_activate_invite(
       p_user_id => %(user_id)s, p_invite_code => %(invite_code)s, p_now => %(now)s,
       p_key => %(key)s, p_step => %(step)s, p_refill => %(refill)s)
