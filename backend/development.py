"""What `DEBUG=true` brings where the environment does not say otherwise (env.py).

Never for a server that others reach. With DEBUG off none of it applies.
"""

DEFAULTS = {
    "SECRET_KEY": "development-only-not-a-secret-0123456789",
    # Nobody who tries it by hand, or with newman, meets a limit. The wait between two codes of one
    # phone stays.
    "LIMIT_SMS_PER_PHONE": "1000/60",
    "LIMIT_SMS_PER_PHONE_AND_IP": "1000/60",
    "LIMIT_SMS_PER_DEVICE": "1000/60",
    "LIMIT_CODES_PER_TEST_PHONE": "1000/60",
    "LIMIT_SMS_PER_IP": "10000/60",
    "LIMIT_SMS_PER_DAY": "1000000/86400",
    "LIMIT_WRONG_LOGINS_PER_IP": "10000/60",
    "LIMIT_STAFF_LOGINS_PER_ACCOUNT": "1000/60",
    "LIMIT_WRONG_INVITES_PER_USER": "1000/60",
}
