"""Every operation of the API, on every way that it can go, among a million users."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import time_machine
from django.conf import settings
from django.test import override_settings

from referral_api.gateways.sms.message import SmsRefused
from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import Activation, User
from referral_api.services.profiles import Cursor
from referral_api.tests.support.contract import BASE, ContractClient, document
from referral_api.tests.support.many_users import FRIEND, LONER, STAR, phone
from referral_api.tests.support.plans import rows_read

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
NEWCOMER, SECOND = "+79170000001", "+79170000002"
UNKNOWN = "ZZZZZZ"  # a code without a digit is nobody's


@dataclass(frozen=True)
class Call:
    operation: str
    query: dict[str, Any]
    rows: int  # that PostgreSQL read for it


class Caller(ContractClient):
    """Writes down what its calls cost."""

    def __init__(self, calls: list[Call], **auth: str) -> None:
        super().__init__(**auth)
        self.calls, self.query, self.read_before = calls, dict[str, Any](), 0

    def get(self, path: str, **query: Any) -> Any:
        self.query, self.read_before = query, rows_read()
        return super().get(path, **query)

    def post(self, path: str, body: Any = None) -> Any:
        self.read_before = rows_read()
        return super().post(path, body)

    def delete(self, path: str) -> Any:
        self.read_before = rows_read()
        return super().delete(path)

    def _checked(self, method: str, path: str, response: Any) -> Any:
        operation = document()["paths"][BASE + path][method]["operationId"]
        self.calls.append(Call(operation, self.query, rows_read() - self.read_before))
        return super()._checked(method, path, response)


class Life:
    def __init__(self, sent: SmsOutbox) -> None:
        self.sent, self.calls = sent, list[Call]()
        self.code_of = dict(
            User.objects.filter(pk__in=[STAR, FRIEND, LONER]).values_list("pk", "invite_code")
        )
        self.deep = deep_cursor()

    def passes(self) -> None:
        with time_machine.travel(NOW, tick=False) as self.clock:
            self.requests_codes()
            self.tries_codes()
            self.rotates_sessions()
            self.activates_invites()
            self.reads()
            self.uses_an_api_token()

    def post(self, path: str, body: dict[str, str], status: int, **auth: str) -> dict[str, Any]:
        answer = Caller(self.calls, **auth).post(path, body)
        assert answer.status_code == status, answer.content
        return dict(answer.json()) if answer.content else {}

    def asks(self, number: str, status: int = 202) -> dict[str, Any]:
        return self.post("/auth/code", {"phone": number}, status)

    def tries(self, number: str, code: str, status: int, **more: str) -> dict[str, Any]:
        return self.post("/auth/login", {"phone": number, "code": code, **more}, status)

    def logs_in(self, number: str, status: int = 200, **more: str) -> dict[str, Any]:
        request_id = self.asks(number)["request_id"]
        return self.tries(
            number, self.sent.last_code(number), status, request_id=request_id, **more
        )

    def requests_codes(self) -> None:
        for number in (NEWCOMER, phone(5)):
            self.asks(number)
            self.asks(number, 429)
        self.clock.shift(settings.OTP_RESEND)
        self.asks(NEWCOMER)
        self.sent.failure = SmsRefused()
        for number in (phone(5), phone(6)):  # the second of a code, and the first
            self.asks(number, 502)
        self.sent.failure = None
        with override_settings(LIMIT_SMS_PER_PHONE=(1, 3600), OTP_RESEND=settings.OTP_RESEND * 0):
            self.asks(phone(7))
            self.asks(phone(7), 429)

    def tries_codes(self) -> None:
        request = {"request_id": self.asks(phone(8))["request_id"]}
        right = self.sent.last_code(phone(8))
        wrong = f"{(int(right) + 1) % 10_000:04}"
        self.tries(phone(8), wrong, 400)
        self.tries(phone(8), wrong, 400, **request)
        self.tries(phone(8), right, 200, **request)
        self.tries(phone(8), right, 400, **request)
        with override_settings(LIMIT_WRONG_LOGINS_PER_IP=(1, 3600)):
            self.tries(phone(9), wrong, 400)
            self.tries(phone(9), wrong, 429)
        User.objects.filter(pk=10).update(is_active=False)
        self.logs_in(phone(10), 403)
        self.clock.shift(settings.OTP_TTL)
        assert self.logs_in(NEWCOMER, invite_code=self.code_of[STAR])["is_new_user"]
        assert self.logs_in(SECOND, invite_code=UNKNOWN)["invite_problem"]

    def rotates_sessions(self) -> None:
        spent = {"refresh": self.logs_in(phone(11))["refresh"]}
        good = {"refresh": self.post("/auth/refresh", spent, 200)["refresh"]}
        self.post("/auth/refresh", spent, 401)
        self.clock.shift(settings.REFRESH_REUSE_GRACE)
        self.post("/auth/refresh", spent, 401)
        self.post("/auth/refresh", good, 401)
        last = {"refresh": self.logs_in(phone(12))["refresh"]}
        self.post("/auth/logout", last, 204)
        self.post("/auth/logout", last, 401)

    def activates_invites(self) -> None:
        loner = {"bearer": self.logs_in(phone(LONER))["access"]}
        for code, status in (
            (UNKNOWN, 404),
            (self.code_of[LONER], 409),
            (self.code_of[FRIEND], 200),
            (UNKNOWN, 409),
        ):
            self.post("/profile/activate-invite", {"invite_code": code}, status, **loner)
        other = {"bearer": self.logs_in(phone(13))["access"]}
        with override_settings(LIMIT_WRONG_INVITES_PER_USER=(1, 3600)):
            for status in (404, 429):
                self.post("/profile/activate-invite", {"invite_code": UNKNOWN}, status, **other)

    def reads(self) -> None:
        for who in (STAR, FRIEND, 14):
            client = Caller(self.calls, bearer=self.logs_in(phone(who))["access"])
            assert client.get("/profile").status_code == 200
            for query in (
                {},
                {"limit": 200},
                {"cursor": self.deep},
                {"limit": 200, "cursor": self.deep},
            ):
                assert client.get("/profile/invited-users", **query).status_code == 200

    def uses_an_api_token(self) -> None:
        bearer = {"bearer": self.logs_in(phone(15))["access"]}
        for _ in range(2):  # the second replaces the first
            token = {"token": self.post("/auth/api-token", {}, 201, **bearer)["token"]}
        client = Caller(self.calls, **token)
        assert client.get("/profile").status_code == 200
        assert client.delete("/auth/api-token").status_code == 204
        assert client.get("/profile").status_code == 401


def deep_cursor() -> str:
    """Of the star's page that 49,700 came after."""
    last = Activation.objects.filter(inviter=STAR).order_by("activated_at")[300]
    return str(Cursor(activated_at=last.activated_at, invited_user_id=last.invited_user_id))
