"""Whom a limit counts: the address of a request, and the networks that it belongs to."""

import logging
from ipaddress import ip_network

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from backend.env import Rate
from referral_api import networks
from referral_api.networks import client_address, network_of
from referral_api.tests.support.contract import ContractClient

PEER = "203.0.113.9"


def address(forwarded: str | None, peer: str = PEER) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return str(client_address(RequestFactory(headers=headers).get("/", REMOTE_ADDR=peer)))


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


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("203.0.113.11:51112", "203.0.113.11"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("64:ff9b::c000:207", "192.0.2.7"),
        ("2002:c000:0207::1", "192.0.2.7"),
        ("[::ffff:192.0.2.7]:443", "192.0.2.7"),
    ],
)
def test_an_address_is_read_however_a_proxy_writes_it(
    written: str, read: str, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = 1
    assert address(written) == read
    assert address(None, peer=written) == read


@pytest.mark.parametrize("entry", ["unknown", "_hidden", "", "1.2.3", "[2001:db8::1", "::1]:2"])
def test_an_entry_that_is_no_address_counts_as_its_proxy_and_is_logged_once(
    entry: str, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.TRUSTED_PROXIES = 1
    networks.warn_of_entry.cache_clear()
    with caplog.at_level(logging.WARNING, "referral_api.networks"):
        assert [address(entry), address(entry)] == [PEER, PEER]
    (line,) = caplog.messages
    assert "TRUSTED_PROXIES" in line


@pytest.mark.parametrize(("peer", "counts"), [("10.1.2.3", "198.51.100.1"), (PEER, PEER)])
def test_only_a_peer_in_the_trusted_networks_is_a_proxy(
    peer: str, counts: str, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = 1
    settings.TRUSTED_PROXY_NETWORKS = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]
    assert address("198.51.100.1", peer=peer) == counts


def ranges(peer: str) -> list[tuple[str, int]]:
    network = network_of(RequestFactory().get("/", REMOTE_ADDR=peer))
    return [(part.name, part.factor) for part in network.ranges]


def test_an_ipv4_address_is_a_network_and_an_ipv6_address_is_three() -> None:
    assert ranges("203.0.113.9") == [("203.0.113.9", 1)]
    assert ranges("2001:db8:1:2ff::9") == [
        ("2001:db8:1:2ff::/64", 1),
        ("2001:db8:1:200::/56", 4),
        ("2001:db8:1::/48", 16),
    ]
    assert ranges("") == [("unknown", 1)]  # a UNIX socket


def statuses(peers: list[str], first_phone: int = 0) -> list[int]:
    """Of a code request for another phone from each of the peers."""
    found = []
    for number, peer in enumerate(peers, first_phone):
        client = ContractClient()
        client.client.defaults["REMOTE_ADDR"] = peer
        body = {"phone": f"+7916123{number:04d}"}
        found.append(client.post("/auth/code", body).status_code)
    return found


@pytest.mark.django_db
def test_a_home_with_a_56_has_four_times_the_allowance_of_its_64(settings: Settings) -> None:
    settings.LIMIT_SMS_PER_IP = Rate(1, 86_400)
    assert statuses([f"2001:db8:0:{n}::1" for n in range(6)]) == [202] * 4 + [429] * 2
    assert statuses(["2001:db8:0:100::1"], first_phone=50) == [202]


@pytest.mark.django_db
def test_a_company_with_a_48_has_sixteen_times_the_allowance_of_its_64(
    settings: Settings,
) -> None:
    settings.LIMIT_SMS_PER_IP = Rate(1, 86_400)
    assert statuses([f"2001:db8:0:{n:x}00::1" for n in range(18)]) == [202] * 16 + [429] * 2
    assert statuses(["2001:db8:1::1"], first_phone=50) == [202]


@pytest.mark.django_db
def test_four_addresses_with_ports_have_four_limits(settings: Settings) -> None:
    settings.TRUSTED_PROXIES, settings.LIMIT_SMS_PER_IP = 1, Rate(1, 86_400)
    entries = ["203.0.113.11:51112", "203.0.113.12:51112", "[2001:db8::1]:443", "[2001:db9::1]:443"]
    found = []
    for number, entry in enumerate([*entries, "203.0.113.11:51113"]):
        client = ContractClient()
        client.client.defaults["HTTP_X_FORWARDED_FOR"] = entry
        body = {"phone": f"+7916123{number:04d}"}
        found.append(client.post("/auth/code", body).status_code)
    assert found == [202, 202, 202, 202, 429]
