-- Within the transaction that compares the code.
SELECT challenge_id, lane, code_length FROM referral_api_spend_shared_tries(
       p_phone => %(phone)s, p_lanes => %(lanes)s::uuid[], p_now => %(now)s)
