SELECT referral_api_count_confirmation(sms_count_id)
  FROM referral_api_loginchallenge WHERE id = %(challenge_id)s
