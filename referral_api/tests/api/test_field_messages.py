"""What is said of a wrong field: few sentences, all of our own, in the language of the reader."""

import json
import re
from typing import Any

import pytest

from referral_api.field_errors import KINDS_OF_PYDANTIC, MESSAGES, message_of
from referral_api.tests.support.asgi_client import ASGIClient
from referral_api.tests.support.contract import BASE, Body, Operation, document, operations
from referral_api.tests.support.people import Person

pytestmark = pytest.mark.django_db
KNOWN_WORDS = {"UUID", "JSON"}
ODD = [
    *("null", "true", "-1", "1.5", "1e400", "[]", "{}", '""', '" "', '"x"', r'"\u0000"'),
    *(r'"\ud800"', '"' + "x" * 5_000 + '"', "9" * 4_000, "[[1]]", '{"data": {}}'),
]
ODD_QUERIES = ["limit=x", "limit=" + "9" * 5_000, "limit=", "cursor=" + "x" * 65, "cursor=x"]


def fields_of(body: Body) -> list[str]:
    name = body.schema["$ref"].rpartition("/")[2]
    return list(document()["components"]["schemas"][name]["properties"])


def bodies() -> list[tuple[Operation, str]]:
    """Every field of every body with every odd value, and the odd values alone."""
    found = []
    for operation in operations().values():
        for body in operation.bodies:
            if body.of == "request":
                found += [(operation, value) for value in ODD]
                for field in fields_of(body):
                    found += [(operation, f'{{"{field}": {value}}}') for value in ODD]
    return found


def messages(answer: Any) -> list[str]:
    if answer.status_code != 422:
        return []
    return [error["message"] for error in answer.json().get("errors", [])]


def foreign_words(message: str) -> set[str]:
    return set(re.findall("[A-Za-z_]+", message)) - KNOWN_WORDS


def test_no_word_of_pydantics_reaches_a_reader_of_russian(alice: Person) -> None:
    web = ASGIClient(headers=alice.client.headers | {"Accept-Language": "ru"})
    said = []
    for operation, body in bodies():
        send = getattr(web, operation.method)
        said += messages(send(BASE + operation.path, body, content_type="application/json"))
    for query in ODD_QUERIES:
        said += messages(web.get(f"{BASE}/profile/invited-users?{query}"))
    assert len(said) > len(ODD)
    assert [message for message in said if foreign_words(message)] == []


def test_every_other_error_of_pydantics_has_a_general_sentence() -> None:
    for kind in KINDS_OF_PYDANTIC - set(MESSAGES):
        said = message_of({"type": kind, "msg": "Input should be an instance of Foo"})
        assert said == "This value is not valid."


@pytest.mark.parametrize("body", ["1", '"phone"', "[]", "null"])
def test_a_body_that_is_no_object_is_told_so(body: str) -> None:
    web = ASGIClient(headers={"Accept-Language": "en"})
    answer = web.post(f"{BASE}/auth/code", body, content_type="application/json")
    assert messages(answer) == ["The body must be a JSON object."]


def test_twenty_wrong_fields_are_named_the_known_ones_first() -> None:
    unknown = {f"x{number}": number for number in range(1_000)}
    answer = ASGIClient().post(
        f"{BASE}/auth/login", json.dumps(unknown), content_type="application/json"
    )
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert pointers[:3] == ["#/phone", "#/code", "#/x0"]
    assert len(pointers) == 20
    assert len(answer.content) < 2_000


def test_twenty_wrong_parameters_are_named() -> None:
    query = "&".join(f"x{number}=1" for number in range(900))
    answer = ASGIClient().post(f"{BASE}/auth/code?{query}", "{}", content_type="application/json")
    assert len(messages(answer)) == 20
