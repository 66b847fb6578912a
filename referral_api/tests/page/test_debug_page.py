"""Django's page of an error, with DEBUG on: on a real server, whose secrets are known."""

import hashlib
import hmac
import secrets

import httpx
import pytest

from backend.debug_page import names_of_secrets
from referral_api.tests.support.servers import database_url, live_server

MARK = f"the-secret-{secrets.token_hex(16)}"
FIXED_CODE = "40963728"
SECRETS = {
    "SECRET_KEY": MARK,
    "OTP_PEPPER": MARK,
    "SMS_SENDERS": f"smsru://{MARK}",
    "SMS_WEBHOOK_SECRET": MARK,
    "TEST_PHONES": f"+79990000001:{FIXED_CODE}:2099-12-31",
}


def test_every_secret_of_the_environment_is_tried_here() -> None:
    assert set(names_of_secrets()) == {*SECRETS, "DATABASE_URL"}


@pytest.mark.django_db(transaction=True)
def test_the_page_of_an_error_shows_no_secret() -> None:
    database = database_url().replace(":@", f":{MARK}@", 1)
    with live_server(database, DEBUG="true", PHONE_REGIONS="RU", **SECRETS) as server:
        answer = httpx.get(
            server.url, headers={"Host": "evil.example"}, timeout=60, trust_env=False
        )
    signing_key = hmac.digest(MARK.encode(), b"access and refresh tokens", hashlib.sha256).hex()
    assert answer.status_code == 400
    names = ["OTP_PEPPER", "SMS_SENDERS", "SMS_WEBHOOK_SECRET", "TEST_PHONES", "DATABASES"]
    for name in [*names, "SIGNING_KEY"]:
        assert name in answer.text
    assert MARK not in answer.text
    assert FIXED_CODE not in answer.text
    assert signing_key not in answer.text
