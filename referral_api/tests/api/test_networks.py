import pytest
from django.test import RequestFactory
from pytest_django import Settings

from referral_api.networks import client_address

PEER = "203.0.113.9"


def address(forwarded: str | None) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory(headers=headers).get("/", REMOTE_ADDR=PEER))


@pytest.mark.parametrize(
    "forwarded", [None, "198.51.100.1", "198.51.100.1, 198.51.100.2", "garbage", ","]
)
def test_without_proxies_only_the_peer_counts(forwarded: str | None, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 0
    assert address(forwarded) == PEER


@pytest.mark.parametrize("forged", ["", "1.1.1.1, ", "1.1.1.1, 2.2.2.2, ", "garbage, ", "::1, , "])
def test_behind_one_proxy_only_its_own_entry_counts(forged: str, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    assert address(f"{forged}198.51.100.1") == "198.51.100.1"


def test_behind_two_proxies_the_outer_ones_entry_counts(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 2
    assert address("1.1.1.1, 198.51.100.1, 10.0.0.1") == "198.51.100.1"


@pytest.mark.parametrize("forwarded", [None, "198.51.100.1", "198.51.100.1, garbage, 10.0.0.1"])
def test_a_header_that_did_not_come_through_the_proxies_does_not_count(
    forwarded: str | None, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = 2
    assert address(forwarded) == PEER
