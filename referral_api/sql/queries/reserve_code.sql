-- One call is one round trip, and its plans are kept by the session, also behind PgBouncer.
SELECT sent, challenge_id, code_length, expires_at, next_at, limit_key
  FROM referral_api_reserve_code(
       p_phone => %(phone)s, p_lane => %(lane)s, p_challenge_id => %(challenge_id)s,
       p_request_id => %(request_id)s, p_now => %(now)s, p_expires_at => %(expires_at)s,
       p_renew_at => %(renew_at)s, p_resend_at => %(resend_at)s, p_tries => %(tries)s,
       p_max_sends => %(max_sends)s, p_length => %(length)s, p_growth_since => %(growth_since)s,
       p_growth_tries => %(growth_tries)s::int[], p_growth_digits => %(growth_digits)s::int[],
       p_keys => %(keys)s, p_steps => %(steps)s::interval[], p_refills => %(refills)s::interval[],
       p_region => %(region)s)
