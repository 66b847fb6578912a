"""The environment of the tests, set before Django reads it. DATABASE_URL may come from outside."""

import os
import secrets

from backend.env import Env

for name in set(Env.model_fields) - {"DATABASE_URL"}:
    os.environ.pop(name, None)
os.environ |= {"SECRET_KEY": secrets.token_hex(32), "SMS_SHOW_CODE": "true"}
os.environ["DATABASE_WAIT_SECONDS"] = "60"  # a busy machine is no reason for a 503
os.environ["SMS_ANSWER_SECONDS"] = "60"  # nor for leaving a provider out
os.environ["PRUNE_SECONDS"] = "0"  # the tests of it set their own
for name in Env.model_fields:
    if name.startswith("LIMIT_"):
        os.environ[name] = "1000000/60"  # the tests of the limits set their own
