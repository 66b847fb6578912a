"""A body says that it is JSON, or it is not read: so no form of another site can send one."""

import json
from typing import Any

import pytest

from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.tests.support.asgi_client import ASGIClient
from referral_api.tests.support.contract import BASE, Operation, check_answer, operations
from referral_api.tests.support.people import ALICE, Person

pytestmark = pytest.mark.django_db
BODY = json.dumps({"phone": ALICE})
WITH_BODY = [
    operation for operation in operations().values() if "requestBody" in operation.declared
]


def request_code(content_type: str) -> Any:
    return ASGIClient().generic("POST", f"{BASE}/auth/code", BODY, content_type=content_type)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json; charset=utf8",
        "application/json; version=1",
    ],
)
def test_json_is_read(content_type: str, sent: SmsOutbox) -> None:
    assert request_code(content_type).status_code == 202
    assert len(sent.messages) == 1


# Of these, a page of another site can send the first three without asking (CORS).
FOREIGN = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "",
    "application/xml",
    "application/problem+json",
    "text/plain; application/json",
    "text/plain, application/json",
    "application/json, text/plain",
    "application/json; charset=latin-1",
    "application/json; charset=utf-16",
    "application/json; charset=no-such-charset",
]


@pytest.mark.parametrize("content_type", FOREIGN)
def test_another_type_is_refused_and_nothing_happens(content_type: str, sent: SmsOutbox) -> None:
    answer = request_code(content_type)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert answer["Accept"] == "application/json"
    assert sent.messages == []


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.id)
def test_every_operation_with_a_body_asks_for_the_type(operation: Operation, alice: Person) -> None:
    send = getattr(ASGIClient(headers=alice.client.headers), operation.method)
    answer = send(BASE + operation.path, BODY, content_type="text/plain")
    assert answer.status_code == 415
    check_answer(operation, 415, answer["Content-Type"], answer.content)


def test_the_type_is_looked_at_after_the_caller(sent: SmsOutbox) -> None:
    answer = ASGIClient().post(f"{BASE}/profile/activate-invite", "{}", content_type="text/plain")
    assert answer.status_code == 401


def test_where_there_is_no_body_there_is_no_type(alice: Person) -> None:
    web = ASGIClient(headers=alice.client.headers)
    assert web.generic("POST", f"{BASE}/auth/api-token", content_type="").status_code == 201
    answer = web.generic("POST", f"{BASE}/auth/code", content_type="")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
