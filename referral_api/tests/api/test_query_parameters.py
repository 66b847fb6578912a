"""A parameter that an operation does not have is refused, as an unknown field of a body is."""

from typing import Any

import pytest

from referral_api.tests.support.asgi_client import ASGIClient
from referral_api.tests.support.contract import BASE, Operation, check_answer, operations
from referral_api.tests.support.people import Person

pytestmark = pytest.mark.django_db
JSON = "application/json"
each_operation = pytest.mark.parametrize("operation", operations().values(), ids=operations())


def pointers(answer: Any) -> list[str]:
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    return [error["pointer"] for error in answer.json()["errors"]]


def ask(person: Person, query: str) -> Any:
    web = ASGIClient(headers=person.client.headers)
    return web.get(f"{BASE}/profile/invited-users?{query}")


@each_operation
def test_every_operation_refuses_an_unknown_parameter(operation: Operation, alice: Person) -> None:
    send = getattr(ASGIClient(headers=alice.client.headers), operation.method)
    answer = send(f"{BASE}{operation.path}?page=2", content_type=JSON)
    assert "#/page" in pointers(answer)
    check_answer(operation, 422, answer["Content-Type"], answer.content)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("Limit=1", "#/Limit"),
        ("limit[]=1", "#/limit%5B%5D"),
        ("data=1", "#/data"),
        ("=1", "#/"),
        ("a/b~c=1", "#/a~1b~0c"),
        ("%00=1", "#/%00"),
        ("%ED%A0%80", "#/%EF%BF%BD%EF%BF%BD%EF%BF%BD"),
    ],
)
def test_an_unknown_parameter_is_named(query: str, pointer: str, alice: Person) -> None:
    assert pointers(ask(alice, query)) == [pointer]


def test_all_wrong_parameters_are_named_at_once(alice: Person) -> None:
    assert pointers(ask(alice, "page=2&limit=0&size=3")) == ["#/limit", "#/page", "#/size"]


@pytest.mark.parametrize("query", ["limit=1&limit=2", "limit=1&limit=1", "limit=&limit="])
def test_a_parameter_can_be_given_once(query: str, alice: Person) -> None:
    assert pointers(ask(alice, query)) == ["#/limit"]


def test_more_parameters_than_are_read_are_refused(alice: Person) -> None:
    assert pointers(ask(alice, "&".join(f"a{number}" for number in range(1001)))) == ["#"]


def test_who_is_anonymous_learns_nothing_about_the_query() -> None:
    assert ASGIClient().get(f"{BASE}/profile?page=2").status_code == 401
