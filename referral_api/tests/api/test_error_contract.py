"""The one shape of every refusal under /api/ (RFC 9457), for each status."""

import json
import logging
from typing import Any

import jwt
import pytest
from ninja_jwt.settings import api_settings
from pytest_django import Settings

from referral_api.errors import Refusal
from referral_api.gateways.sms.message import SmsRefused
from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import User
from referral_api.tests.support.asgi_client import ASGIClient
from referral_api.tests.support.contract import BASE, refusals, validate
from referral_api.tests.support.failing_statements import failing_statements
from referral_api.tests.support.people import ALICE, Person, log_in

pytestmark = pytest.mark.django_db
JSON = "application/json"
CHALLENGE = 'Bearer realm="referral-api", Token realm="referral-api"'


@pytest.fixture(params=[False, True], ids=["", "debug"], autouse=True)
def _debug(request: pytest.FixtureRequest, settings: Settings) -> None:
    """Every test of this module runs with DEBUG off and on."""
    settings.DEBUG = request.param


@pytest.fixture
def web() -> ASGIClient:
    return ASGIClient(headers={"Accept-Language": "en"})


def post(web: ASGIClient, path: str, body: str | bytes, **headers: str) -> Any:
    return web.post(BASE + path, body, content_type=JSON, headers=headers)


def is_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Asserts the shape; the problem, for what is special about it."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    problem: dict[str, Any] = json.loads(answer.content)
    validate(problem, {"$ref": "#/components/schemas/Problem"})
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"tag:referral-api,2026:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    assert (answer["Content-Language"], "Accept-Language" in answer["Vary"]) == ("en", True)
    assert answer["Cache-Control"] == "no-store"
    return problem


MALFORMED = {
    "half an object": b'{"phone": ',
    "a form": b"phone=%2B79161234501",
    "latin-1": '{"phone": "é"}'.encode("latin-1"),
    "deep nesting": b"[" * 15_000,
    "a trailing comma": b'{"phone": "+79161234501",}',
    "a byte order mark": '\ufeff{"phone": "+79161234501"}'.encode(),
    "UTF-16": '{"phone": "+79161234501"}'.encode("utf-16"),
    "UTF-16 without a mark": '{"phone": "+79161234501"}'.encode("utf-16-le"),
    "UTF-32": '{"phone": "+79161234501"}'.encode("utf-32-be"),
    "a name twice": b'{"phone": "+79161234501", "phone": "+79161234502"}',
    "a name twice, written in two ways": rb'{"phone": "+79161234501", "\u0070hone": "1"}',
    "no number": b'{"phone": NaN}',
    "a number without end": b'{"phone": -Infinity}',
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_json_is_malformed(body: bytes, web: ASGIClient) -> None:
    is_problem(post(web, "/auth/code", body), 400, "malformed_request")


def test_a_foreign_host_is_malformed(web: ASGIClient) -> None:
    is_problem(
        web.get(f"{BASE}/profile", headers={"Host": "evil.example"}), 400, "malformed_request"
    )


def test_a_wrong_code_tells_the_tries_left(web: ASGIClient, sent: SmsOutbox) -> None:
    requested = post(web, "/auth/code", json.dumps({"phone": ALICE})).json()
    body = {"phone": ALICE, "code": "1" * 9, "request_id": requested["request_id"]}
    assert (
        is_problem(post(web, "/auth/login", json.dumps(body)), 400, "code_invalid")["attempts_left"]
        == 2
    )


CREDENTIALS = [
    "",
    "Bearer",
    "Bearer ",
    "Bearer x",
    "Bearer a.b.c",
    "Token",
    "Token x",
    "Basic YTpi",
    "x",
    "Bearer \xff",
]


@pytest.mark.parametrize("credentials", CREDENTIALS)
@pytest.mark.parametrize("path", ["/profile", "/profile/invited-users"])
def test_without_valid_credentials_one_is_asked_to_log_in(
    path: str, credentials: str, web: ASGIClient
) -> None:
    answer = web.get(BASE + path, headers={"Authorization": credentials} if credentials else {})
    is_problem(answer, 401, "unauthenticated")
    assert answer["WWW-Authenticate"] == CHALLENGE


@pytest.mark.parametrize("disabled", [False, True])
def test_an_expired_token_and_a_disabled_user_are_asked_to_log_in(
    disabled: bool, web: ASGIClient
) -> None:
    access = log_in(ALICE).session["access"]
    User.objects.update(is_active=not disabled)
    claims = jwt.decode(access, options={"verify_signature": False}) | (
        {} if disabled else {"exp": 1}
    )
    token = jwt.encode(claims, api_settings.SIGNING_KEY, algorithm="HS256")
    answer = web.get(f"{BASE}/profile", headers={"Authorization": f"Bearer {token}"})
    is_problem(answer, 401, "unauthenticated")
    assert answer["WWW-Authenticate"] == CHALLENGE


@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
def test_a_bad_refresh_token_is_refused(path: str, web: ASGIClient) -> None:
    answer = post(web, path, '{"refresh": "x"}')
    is_problem(answer, 401, "token_invalid")
    assert answer["WWW-Authenticate"] == CHALLENGE


def test_who_is_anonymous_learns_nothing_about_the_body(web: ASGIClient) -> None:
    is_problem(post(web, "/profile/activate-invite", "{"), 401, "unauthenticated")


def test_a_disabled_account_is_told_so(web: ASGIClient) -> None:
    User.objects.create_user(ALICE, is_active=False)
    code = post(web, "/auth/code", json.dumps({"phone": ALICE})).json()["code"]
    answer = post(web, "/auth/login", json.dumps({"phone": ALICE, "code": code}))
    is_problem(answer, 403, "account_disabled")


UNKNOWN = [
    "/api/v1/nothing",
    "/api/v1/",
    "/api/v1",
    "/api/",
    "/api/v2/profile",
    "/api/v1/profile/",
    "/api/v1/auth/code/x",
]


@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_address_is_not_found(path: str, web: ASGIClient) -> None:
    is_problem(web.get(path), 404, "not_found")
    is_problem(web.post(path, "{}", content_type=JSON), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("get", "/auth/code", {"POST"}),
        ("put", "/auth/login", {"POST"}),
        ("get", "/auth/api-token", {"POST", "DELETE"}),
        ("post", "/profile", {"GET", "DELETE"}),
        ("patch", "/profile/activate-invite", {"POST"}),
        ("post", "/profile/invited-users", {"GET"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    method: str, path: str, allowed: set[str], web: ASGIClient
) -> None:
    answer = web.generic(method.upper(), BASE + path)
    is_problem(answer, 405, "method_not_allowed")
    assert set(answer["Allow"].split(", ")) - {"HEAD", "OPTIONS"} == allowed


def test_conflicts_of_invites_are_refused(web: ASGIClient, alice: Person, bob: Person) -> None:
    bearer = {"Authorization": f"Bearer {bob.session['access']}"}
    own, alices = (json.dumps({"invite_code": person.invite_code}) for person in (bob, alice))
    is_problem(post(web, "/profile/activate-invite", own, **bearer), 409, "invite_own")
    post(web, "/profile/activate-invite", alices, **bearer)
    again = is_problem(
        post(web, "/profile/activate-invite", alices, **bearer), 409, "invite_already_activated"
    )
    assert again["activated_invite_code"] == alice.invite_code


def test_an_unknown_invite_is_not_found(web: ASGIClient, bob: Person) -> None:
    bearer = {"Authorization": f"Bearer {bob.session['access']}"}
    is_problem(
        post(web, "/profile/activate-invite", '{"invite_code": "K7M2PX"}', **bearer),
        404,
        "invite_unknown",
    )


@pytest.mark.parametrize("size", [16 * 1024, 65 * 1024, 3_000_000])
def test_a_large_body_is_refused(size: int, web: ASGIClient) -> None:
    is_problem(post(web, "/auth/code", json.dumps({"phone": "1" * size})), 413, "payload_too_large")


def test_the_largest_refresh_token_fits(web: ASGIClient) -> None:
    body = json.dumps({"refresh": "t" * 4096})
    is_problem(post(web, "/auth/refresh", body), 401, "token_invalid")


INVALID: dict[str, tuple[str, str]] = {
    "a missing field": ("{}", "#/phone"),
    "an unknown field": ('{"phone": "+79161234501", "is_staff": true}', "#/is_staff"),
    "null": ('{"phone": null}', "#/phone"),
    "a number": ('{"phone": 79161234501}', "#/phone"),
    "a huge number": ('{"phone": ' + "9" * 4000 + "}", "#/phone"),
    "a list": ('{"phone": ["+79161234501"]}', "#/phone"),
    "an object": ('{"phone": {}}', "#/phone"),
    "a nul": (r'{"phone": "+7916123\u00004501"}', "#/phone"),
    "a lone surrogate": (r'{"phone": "\ud800"}', "#/phone"),
    "another lone surrogate": (r'{"phone": "+79161234501\udfff"}', "#/phone"),
    "a long text": (json.dumps({"phone": "+" + "1" * 5_000}), "#/phone"),
    "a nested value": ('{"phone": ' + "[" * 500 + "]" * 500 + "}", "#/phone"),
    "an odd name": (r'{"phone": "+79161234501", "a/b~c": 1}', "#/a~1b~0c"),
    "a text": ('"phone"', "#"),
    "an array": ("[]", "#"),
    "null alone": ("null", "#"),
    "nothing at all": ("", "#"),
    "a bare number": ("1" * 400, "#"),
}


@pytest.mark.parametrize(("body", "pointer"), INVALID.values(), ids=INVALID)
def test_each_wrong_field_is_named(
    body: str, pointer: str, web: ASGIClient, sent: SmsOutbox
) -> None:
    problem = is_problem(post(web, "/auth/code", body), 422, "invalid_request")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert problem["errors"][0]["message"]
    assert sent.messages == []


@pytest.mark.parametrize(
    "value", [r'"\u0000"', r'"\ud800"', r'"a\udfffb"', "1", "{}", "[]", "true", "1e400", "-0"]
)
@pytest.mark.parametrize("field", ["code", "request_id", "invite_code"])
def test_no_field_of_a_login_takes_what_is_no_text(field: str, value: str, web: ASGIClient) -> None:
    fields = {"phone": f'"{ALICE}"', "code": '"0427"', field: value}
    body = "{" + ", ".join(f'"{name}": {given}' for name, given in fields.items()) + "}"
    problem = is_problem(post(web, "/auth/login", body), 422, "invalid_request")
    assert [error["pointer"] for error in problem["errors"]] == [f"#/{field}"]


@pytest.mark.parametrize(
    "value", [r'"\u0000"', r'"\ud800"', '""', "1", "null", '"' + "a" * 4097 + '"']
)
@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
def test_a_refresh_token_is_a_text(path: str, value: str, web: ASGIClient) -> None:
    is_problem(post(web, path, f'{{"refresh": {value}}}'), 422, "invalid_request")


@pytest.mark.parametrize(
    "value", [r'"K7M2P\u0000"', r'"\ud800"', "123456", "null", '"' + "K" * 65 + '"']
)
def test_an_invite_code_is_a_text(value: str, web: ASGIClient, alice: Person) -> None:
    bearer = {"Authorization": f"Bearer {alice.session['access']}"}
    answer = post(web, "/profile/activate-invite", f'{{"invite_code": {value}}}', **bearer)
    assert is_problem(answer, 422, "invalid_request")["errors"][0]["pointer"] == "#/invite_code"


def test_all_wrong_fields_are_named_at_once(web: ASGIClient) -> None:
    problem = is_problem(post(web, "/auth/login", '{"phone": "x", "x": 1}'), 422, "invalid_request")
    assert {error["pointer"] for error in problem["errors"]} == {"#/phone", "#/code", "#/x"}


def test_what_was_sent_is_not_sent_back(web: ASGIClient) -> None:
    answer = post(web, "/auth/login", '{"phone": "secret", "code": "hidden", "private": 1}')
    assert not {"secret", "hidden"} & set(answer.content.decode().replace('"', " ").split())


def test_too_many_requests_are_told_when_to_come_again(web: ASGIClient) -> None:
    post(web, "/auth/code", json.dumps({"phone": ALICE}))
    answer = post(web, "/auth/code", json.dumps({"phone": ALICE}))
    problem = is_problem(answer, 429, "too_many_requests")
    assert 1 <= problem["retry_after"] <= 60
    assert answer["Retry-After"] == str(problem["retry_after"])
    assert str(problem["retry_after"]) in problem["detail"]


def test_an_unforeseen_error_is_logged_and_not_shown(
    web: ASGIClient, alice: Person, caplog: pytest.LogCaptureFixture
) -> None:
    bearer = {"Authorization": f"Bearer {alice.session['access']}"}
    inside = "a secret of the inside"
    with caplog.at_level(logging.ERROR), failing_statements(inside):
        answer = web.get(f"{BASE}/profile", headers=bearer)
    is_problem(answer, 500, "internal_error")
    assert inside not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    logged = [str(record.exc_info[1]) for record in caplog.records if record.exc_info]
    assert inside in logged


def test_a_refused_sms_is_a_bad_gateway(web: ASGIClient, sent: SmsOutbox) -> None:
    sent.failure = SmsRefused("the provider's secret")
    answer = post(web, "/auth/code", json.dumps({"phone": ALICE}))
    is_problem(answer, 502, "sms_failed")
    assert "secret" not in answer.content.decode()


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [refusal.code for refusal in refusals()]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("refusal", refusals(), ids=lambda refusal: refusal.code)
def test_every_refusal_says_what_it_is_and_what_to_do(refusal: type[Refusal]) -> None:
    assert refusal.title
    assert refusal.example().detail
    assert 400 <= refusal.status < 600
