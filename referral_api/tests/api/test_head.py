"""HEAD is answered as GET is, without the body (RFC 9110 §9.3.2)."""

from typing import Any

import pytest

from referral_api.tests.support.asgi_client import ASGIClient
from referral_api.tests.support.contract import BASE, operations
from referral_api.tests.support.people import Person

pytestmark = pytest.mark.django_db
READ = [operation.path for operation in operations().values() if operation.method == "get"]
BESIDE = ["/openapi.json", "/nothing", "/auth/code"]


def both(web: ASGIClient, path: str) -> tuple[Any, Any]:
    return web.get(BASE + path), web.head(BASE + path)


@pytest.mark.parametrize("path", READ + BESIDE)
@pytest.mark.parametrize("logged_in", [True, False])
def test_head_has_the_status_and_the_headers_of_get(
    path: str, logged_in: bool, alice: Person
) -> None:
    web = ASGIClient(headers=alice.client.headers if logged_in else {})
    get, head = both(web, path)
    assert (head.status_code, dict(head.headers)) == (get.status_code, dict(get.headers))
    assert head["Content-Length"] == str(len(get.content))
    assert head.content == b""


def test_head_of_a_bad_query_is_refused_as_get_is(alice: Person) -> None:
    get, head = both(ASGIClient(headers=alice.client.headers), "/profile/invited-users?limit=0")
    assert get.status_code == head.status_code == 422


@pytest.mark.parametrize(
    ("path", "allowed"), [("/profile", "DELETE, GET, HEAD"), ("/auth/code", "POST")]
)
def test_allow_names_head_where_get_is_allowed(path: str, allowed: str) -> None:
    answer = ASGIClient().put(BASE + path)
    assert (answer.status_code, answer["Allow"]) == (405, allowed)


def test_the_document_leaves_head_out() -> None:
    assert {operation.method for operation in operations().values()} >= {"get", "post"}
    assert "head" not in {operation.method for operation in operations().values()}
