-- The first statement of a login. It is complete alone: a try that was made is never given back.
SELECT had_tries, tries_left, challenge_id, lane, code_length FROM referral_api_spend_own_try(
       p_request_id => %(request_id)s, p_phone => %(phone)s, p_now => %(now)s)
