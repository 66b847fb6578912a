"""A firewall between the service and PostgreSQL that drops packets, and says nothing."""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

import httpx
import pytest

from referral_api.tests.support.broken_network import DatabaseProxy, database_proxy
from referral_api.tests.support.people import ALICE
from referral_api.tests.support.servers import (
    CHECKOUT,
    LiveServer,
    database_url,
    live_server,
    log_in,
)
from referral_api.tests.support.waiting import wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="other systems do not drop, they refuse"),
]
# Connects as the service does, and prints what its socket does about lost packets.
SOCKET = """
import os, socket, django
django.setup()
from django.db import connection
connection.ensure_connection()
with socket.socket(fileno=os.dup(connection.connection.fileno())) as its:
    print(its.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT))
    print(its.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))
    print(its.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE))
"""


@pytest.fixture
def way(db: None) -> Iterator[DatabaseProxy]:
    with database_proxy() as way:
        yield way


def is_ready(server: LiveServer) -> bool:
    return httpx.get(f"{server.url}/readyz", timeout=30, trust_env=False).is_success


def test_a_hidden_database_is_a_503_until_it_is_seen_again(way: DatabaseProxy) -> None:
    database = database_url(host="127.0.0.1", port=way.port)
    with (
        live_server(database, SMS_DELAY_MIN=0, SMS_DELAY_MAX=0, DATABASE_WAIT_SECONDS=5) as server,
        server.client() as client,
    ):
        bearer = log_in(client, ALICE)
        with way.hidden():
            for _ in range(2):
                assert client.get("/profile", headers=bearer).status_code == 503
                assert not is_ready(server)
        wait_until(partial(is_ready, server))
        assert client.get("/profile", headers=bearer).status_code == 200


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", ["5000", "1", "10"]),
        ("&tcp_user_timeout=7000&keepalives_idle=20", ["7000", "1", "20"]),
    ],
)
def test_a_connection_notices_lost_packets_unless_its_address_says_otherwise(
    way: DatabaseProxy, options: str, expected: list[str]
) -> None:
    url = database_url(host="127.0.0.1", port=way.port) + options
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "backend.settings"}
    printed = subprocess.run(
        [sys.executable, "-c", SOCKET],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert printed.stdout.split() == expected
