"""What the server takes from a connection, and what it refuses, byte by byte."""

from collections.abc import Iterator

import pytest

from referral_api.tests.support.clocked_server import ClockedServer, Echo, clocked_server
from referral_api.tests.support.raw_http import RawClient, chunked, head, raw_client

KIB = 1024
TRAILERS = [
    "Authorization: Token stranger",
    "X-Forwarded-For: 203.0.113.66",
    "Host: evil.example",
    "Accept-Language: ru",
]
UPGRADE = ("Connection: Upgrade", "Upgrade: h2c")


@pytest.fixture(scope="module")
def server() -> Iterator[ClockedServer]:
    with clocked_server(Echo()) as server:
        yield server


@pytest.fixture
def client(server: ClockedServer) -> Iterator[RawClient]:
    with raw_client(server.address) as client:
        yield client


def in_one(data: bytes) -> list[bytes]:
    return [data]


def byte_by_byte(data: bytes) -> list[bytes]:
    return [data[at : at + 1] for at in range(len(data))]


@pytest.mark.parametrize("split", [in_one, byte_by_byte])
@pytest.mark.parametrize("path", ["/", "/api/v1/profile"])
def test_a_trailer_never_becomes_a_header(client: RawClient, path: str, split: object) -> None:
    assert callable(split)
    request = head(f"POST {path}", "Transfer-Encoding: chunked") + chunked(b"body", *TRAILERS)
    told = client.ask(*split(request)).json()
    assert told["body"] == "body"
    assert told["headers"] == [["host", "localhost"], ["transfer-encoding", "chunked"]]
    assert client.ask(head("GET /next")).json()["headers"] == [["host", "localhost"]]


@pytest.mark.parametrize("path", ["/", "/api/v1/profile"])
def test_headers_of_32_kib_are_read_and_larger_ones_refused(client: RawClient, path: str) -> None:
    fits = head(f"GET {path}", "X-Padding: " + "a" * (32 * KIB - 100))
    assert client.ask(fits).status == 200
    refused = client.ask(head(f"GET {path}", "X-Padding: " + "a" * 32 * KIB))
    assert refused.status == 431
    assert refused.headers["connection"] == "close"
    assert "date" in refused.headers
    assert client.is_closed()


TOO_LARGE = {
    "one value without end": [head("GET /").removesuffix(b"\r\n") + b"X: ", b"a" * 4_000 * KIB],
    "many small headers": [head("GET /").removesuffix(b"\r\n"), b"X: y\r\n" * 700 * KIB],
    "a long address": [b"GET /" + b"a" * 33 * KIB + b" HTTP/1.1\r\n"],
    "a name without end": [head("GET /").removesuffix(b"\r\n"), b"a" * 4_000 * KIB],
    "spaces": [head("GET /").removesuffix(b"\r\n") + b"X:", b" " * 4_000 * KIB],
    "many headers and an upgrade": [head("GET /", *UPGRADE, *["X: y"] * 7 * KIB)],
    "trailers": [
        head("POST /", "Transfer-Encoding: chunked") + b"1\r\na\r\n0\r\nX: ",
        b"a" * 4_000 * KIB,
    ],
    "an extension of a chunk": [
        head("POST /", "Transfer-Encoding: chunked") + b"1;x=",
        b"a" * 4_000 * KIB,
    ],
}


@pytest.mark.parametrize("parts", TOO_LARGE.values(), ids=TOO_LARGE)
def test_what_has_no_end_is_refused_and_is_told_so(client: RawClient, parts: list[bytes]) -> None:
    assert client.ask(*parts).status == 431
    assert client.is_closed()


def test_a_body_counts_for_no_header(client: RawClient) -> None:
    body = b"a" * 200 * KIB
    request = head("POST /", "X-Padding: " + "a" * 31 * KIB, f"Content-Length: {len(body)}") + body
    for _ in range(2):
        assert len(client.ask(request + request).json()["body"]) == len(body)
        assert len(client.answer().json()["body"]) == len(body)


def test_the_api_refuses_in_its_own_shape_and_a_page_in_words(server: ClockedServer) -> None:
    padding = "X-Padding: " + "a" * 32 * KIB
    with raw_client(server.address) as client:
        refused = client.ask(head("GET /api/v1/profile?x=1", padding))
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["code"] == "headers_too_large"
        assert refused.json()["status"] == 431
        assert refused.json()["type"] == "tag:referral-api,2026:problem:headers_too_large"
    with raw_client(server.address) as client:
        refused = client.ask(head("GET /", padding))
        assert refused.headers["content-type"] == "text/plain; charset=utf-8"
        assert refused.body == b"The headers of the request are too large.\n"


MALFORMED = {
    "no host": b"GET /api/v1/profile HTTP/1.1\r\n\r\n",
    "two hosts": head("GET /api/v1/profile", "Host: localhost"),
    "no number": head("GET /api/v1/profile", "Content-Length: x"),
    "both lengths": head("GET /api/v1/profile", "Content-Length: 1", "Transfer-Encoding: chunked"),
    "a wrong chunk": head("POST /api/v1/profile", "Transfer-Encoding: chunked") + b"x\r\n",
}


@pytest.mark.parametrize("request_", MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_http_is_malformed(client: RawClient, request_: bytes) -> None:
    refused = client.ask(request_)
    assert refused.status == 400
    assert refused.json()["code"] == "malformed_request"
    assert refused.json()["detail"] == "This is not a valid HTTP request."
    assert client.is_closed()


@pytest.mark.parametrize("request_", [b"\x16\x03\x01\x02\r\n", head("CONNECT localhost:22")])
def test_another_protocol_is_refused(client: RawClient, request_: bytes) -> None:
    assert client.ask(request_).status == 400
    assert client.is_closed()


def test_http_1_0_needs_no_host(client: RawClient) -> None:
    answer = client.ask(b"GET /livez HTTP/1.0\r\n\r\n")
    assert answer.status == 200
    assert client.is_closed()


def test_pipelined_requests_are_answered_in_their_order(client: RawClient) -> None:
    post = head("POST /second", "Content-Length: 4") + b"body"
    client.send(head("GET /first") + post + head("GET /third"))
    told = [client.answer().json() for _ in range(3)]
    assert [(one["path"], one["body"]) for one in told] == [
        ("/first", ""),
        ("/second", "body"),
        ("/third", ""),
    ]


def test_a_refusal_does_not_pass_for_the_answer_to_an_earlier_request(client: RawClient) -> None:
    client.send(head("GET /first") + head("GET /second") + b"GET /third HTTP/1.1\r\n\r\n")
    assert client.answer().json()["path"] == "/first"
    assert client.answer().json()["path"] == "/second"
    assert client.is_closed()


@pytest.mark.parametrize("split", [in_one, byte_by_byte])
def test_a_request_with_upgrade_keeps_its_body(client: RawClient, split: object) -> None:
    """It would be the next request of the connection, which a proxy in front has not seen."""
    assert callable(split)
    hidden = head("GET /hidden", "X-Forwarded-For: 203.0.113.66")
    request = head("POST /seen?a=b", *UPGRADE, f"Content-Length: {len(hidden)}") + hidden
    told = client.ask(*split(request)).json()
    assert (told["path"], told["body"]) == ("/seen", hidden.decode())
    assert client.ask(head("GET /next", *UPGRADE)).json()["path"] == "/next"
    client.send(head("GET /a", *UPGRADE) + head("GET /b", *UPGRADE) + head("GET /c"))
    assert [client.answer().json()["path"] for _ in range(3)] == ["/a", "/b", "/c"]
