"""Where the server listens, what it says of it, and how long an idle connection stays open."""

import os
import socket
import subprocess
import sys
import time

import pytest
from pytest_django import Settings

from backend.asgi import application_on
from backend.asgi.database_units import DatabaseUnits
from backend.asgi.page_threads import PageThreads
from backend.env import Env
from backend.healthcheck import is_alive
from backend.listening import CannotListenError, bound_socket
from backend.server import welcome
from referral_api.tests.support.clocked_server import clocked_server
from referral_api.tests.support.raw_http import head, raw_client
from referral_api.tests.support.servers import CHECKOUT, database_url, free_port, live_server

CONDA = "x86_64-conda-linux-gnu"  # conda sets HOST to what it compiles for
FOREIGN = "203.0.113.9"
HEROKU_SECONDS = 90  # how long its router keeps an idle connection


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on this machine")
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_every_address_of_ipv6_has_those_of_ipv4_too(workers: int) -> None:
    with live_server(database_url(), HOST="::", WEB_CONCURRENCY=workers) as server:
        for address in ("127.0.0.1", "::1"):
            with raw_client((address, server.port)) as client:
                assert client.ask(head("GET /livez")).status == 200
        assert is_alive("::", server.port)
        assert is_alive("::1", server.port)
        assert not is_alive(FOREIGN, free_port())


def test_a_probe_of_http_1_0_gets_a_body_with_its_length() -> None:
    """uvicorn sends chunks otherwise, also to HTTP/1.0, which knows none."""
    application = application_on(PageThreads(1, 60), DatabaseUnits(1, 60))
    with clocked_server(application) as server, raw_client(server.address) as client:
        answer = client.ask(b"GET /livez HTTP/1.0\r\n\r\n")
        assert answer.body == b"ok\n"
        assert "transfer-encoding" not in answer.headers
        assert client.is_closed()


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),
        ("::", "http://127.0.0.1:8000/"),
        ("::1", "http://[::1]:8000/"),
        ("localhost", "http://localhost:8000/"),
    ],
)
def test_the_welcome_names_an_address_that_can_be_opened(
    settings: Settings, host: str, said: str
) -> None:
    settings.HOST = host
    settings.PORT = 8000
    assert welcome().splitlines()[0].split()[-1] == said


@pytest.mark.parametrize("host", [CONDA, FOREIGN, "a" * 70])
def test_what_is_no_address_of_this_machine_is_named(host: str) -> None:
    with pytest.raises(CannotListenError) as refused:
        bound_socket(host, free_port())
    assert str(refused.value).startswith(f"HOST={host} is not an address of this machine.")


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotListenError) as refused:
            bound_socket("127.0.0.1", port)
    assert str(refused.value) == f"HOST=127.0.0.1, PORT={port}: Address already in use."


def test_the_server_says_it_in_one_sentence() -> None:
    refused = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=CHECKOUT,
        env=os.environ | {"HOST": CONDA},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode != 0
    assert f"HOST={CONDA} is not an address of this machine." in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.timing
@pytest.mark.django_db(transaction=True)
def test_an_idle_connection_stays_open_as_long_as_the_setting_says() -> None:
    assert Env.model_fields["KEEP_ALIVE_SECONDS"].default > HEROKU_SECONDS
    with (
        live_server(database_url(), KEEP_ALIVE_SECONDS=1) as server,
        raw_client(server.address) as client,
    ):
        assert client.ask(head("GET /livez")).status == 200
        begin = time.monotonic()
        assert client.is_closed()
        assert time.monotonic() - begin < 4  # uvicorn's own is 5
