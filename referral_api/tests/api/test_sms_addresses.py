"""`SMS_SENDERS`: which addresses start, and in which words the others are refused."""

import os
import subprocess
import sys

import pytest
from pydantic import ValidationError

from backend.env import Env, explain
from referral_api.gateways.sms.chain import Bounds
from referral_api.tests.support.deployment_files import settings_of
from referral_api.tests.support.servers import CHECKOUT
from referral_api.tests.support.sms_answers import PROVIDERS
from referral_api.tests.support.sms_provider import WEBHOOK_SECRET

KEY = os.environ["SECRET_KEY"]  # of these tests alone
SECRET = "K3Y-of-the-provider"


def environment(senders: str, secret: str = WEBHOOK_SECRET) -> Env:
    return settings_of(
        {
            "SECRET_KEY": KEY,
            "PHONE_REGIONS": "RU",
            "SMS_SENDERS": senders,
            "SMS_WEBHOOK_SECRET": secret,
        }
    )


def refusal_of(senders: str, secret: str = WEBHOOK_SECRET) -> str:
    with pytest.raises(ValidationError) as refused:
        environment(senders, secret)
    return explain(refused.value)


def test_several_addresses_are_read_by_space() -> None:
    addresses = [provider.address for name, provider in PROVIDERS.items() if name != "webhook"]
    addresses += ["webhook+https://example.com/sms?key=1", "apprise+json://example.com/{phone}"]
    assert environment("  ".join(addresses)).sms_senders == tuple(addresses)


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        (SECRET, "has no scheme, such as `smsru://API_ID`"),
        (f"nobody://{SECRET}", "begins with none of: imitation, "),
        ("smsru://", "is not smsru://API_ID"),
        (f"smsru://{SECRET}@host", "is not smsru://API_ID"),
        (f"twilio://SID:{SECRET}", "is not twilio://SID:TOKEN@NUMBER"),
        (f"smsaero://me@example.com:{SECRET}", "is not smsaero://EMAIL:KEY@SIGN"),
        (f"smsru://{SECRET}/1", "has a path: write / # and ? inside a key as %2F %23 and %3F"),
        (f"smsru://{SECRET}ключ", "has a character that is not printable ASCII"),
        (f"smsru://{SECRET}%0A", "has a character that is not printable ASCII"),
        (f"smsru://[{SECRET}", "cannot be read: write special characters as %XX"),
        (f"smsru://{SECRET}?sign=1", "has a parameter that is not `endpoint`"),
        (f"smsru://{SECRET}?endpoint=ftp://h", "is not an http:// or https:// address"),
        (f"smsru://{SECRET}?endpoint=http://h:99999", "is not an http:// or https:// address"),
        (f"webhook+ftp://{SECRET}@host", "is not webhook+https://HOST/PATH"),
        (f"apprise+json://{SECRET}@host", "is not apprise+URL with {phone}"),
    ],
)
def test_a_wrong_address_is_named_by_its_place_and_its_keys_are_not_told(
    address: str, complaint: str
) -> None:
    refusal = refusal_of(f"smsru://first {address}")
    assert refusal.startswith("SMS_SENDERS: address 2 ")
    assert complaint in refusal
    assert SECRET not in refusal


@pytest.mark.parametrize(
    "secret",
    ["", "short", "whsec_short", WEBHOOK_SECRET[6:], "whsec_+/é"],
    ids=["none", "a word", "too short", "no prefix", "no Base64"],
)
def test_a_webhook_needs_a_secret_of_its_standard(secret: str) -> None:
    refusal = refusal_of("webhook+https://example.com", secret)
    assert "address 1 needs SMS_WEBHOOK_SECRET: `whsec_` and the Base64" in refusal


def test_a_provider_has_eight_seconds_and_all_together_have_fifteen() -> None:
    assert environment("smsru://key").SMS_ANSWER_SECONDS == 8
    assert Bounds() == Bounds(connection=3, answer=8, chain=15)


def test_the_imitation_stands_alone_and_the_outbox_is_for_tests() -> None:
    assert "it stands alone" in refusal_of("imitation: smsru://key")
    assert "begins with none of" in refusal_of("outbox:")
    assert environment("smsru://key").shows_codes is False


def test_a_start_imports_only_what_the_addresses_name() -> None:
    asked = "import sys, backend.settings; print(*sys.modules)"
    environment = {"SECRET_KEY": KEY, "SMS_SHOW_CODE": "false"}
    command = [sys.executable, "-c", asked]
    started = subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True
    )
    imported = set(started.stdout.split())
    assert "referral_api.gateways.sms.known_senders" in imported
    assert imported & {"httpx", "apprise", "standardwebhooks"} == set()
