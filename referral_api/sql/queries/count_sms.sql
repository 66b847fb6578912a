SELECT closed, sends, confirmed FROM referral_api_count_sms(
       p_region => %(region)s, p_challenge_id => %(challenge_id)s, p_now => %(now)s,
       p_senders => %(senders)s, p_results => %(results)s, p_alarm_sends => %(alarm_sends)s,
       p_alarm_percent => %(alarm_percent)s, p_closed_until => %(closed_until)s)
