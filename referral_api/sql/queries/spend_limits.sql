-- All limits are spent in one atomic call, or none.
SELECT due, last_key FROM referral_api_spend_limits(
       p_keys => %(keys)s, p_steps => %(steps)s::interval[], p_refills => %(refills)s::interval[],
       p_now => %(now)s)
