SELECT referral_api_give_back_limits(p_keys => %(keys)s, p_steps => %(steps)s::interval[])
