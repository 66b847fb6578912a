"""Every operation of the API, on every way that it can go, among a million users."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.test import override_settings

from referral_api.gateways.sms.message import SmsRefused
from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import Activation, User
from referral_api.services.profiles import Cursor
from referral_api.tests.support.clock import stopped_clock
from referral_api.tests.support.contract import ContractClient, operation_at
from referral_api.tests.support.many_users import FRIEND, LONER, STAR, phone
from referral_api.tests.support.people import wrong
from referral_api.tests.support.plans import noted, rows_read

NEWCOMER, SECOND, NEW_PHONE = "+79170000001", "+79170000002", "+79170000003"
UNKNOWN = "ZZZZZZ"  # a code without a digit is nobody's


@dataclass(frozen=True)
class Call:
    """One call, and what it cost."""

    operation: str
    caller: int | None  # the id of the user
    sent: dict[str, Any]
    statements: list[str]
    rows: int  # that PostgreSQL read for it


class Caller(ContractClient):
    """Writes down what its calls cost."""

    def __init__(self, calls: list[Call], *, user: int | None = None, **auth: str) -> None:
        super().__init__(**auth)
        self.calls, self.user = calls, user

    def call(self, method: str, path: str, sent: Any = None) -> Any:
        before = rows_read()
        with noted() as statements:
            answer = super().call(method, path, sent)
        operation, rows = operation_at(method, path).id, rows_read() - before
        self.calls.append(Call(operation, self.user, sent or {}, statements, rows))
        return answer


class EveryOperation:
    """A new operation gets a method here, which `run` calls, with each way that it can go."""

    def __init__(self, sent: SmsOutbox) -> None:
        self.sent, self.calls = sent, list[Call]()
        users = User.objects.filter(pk__in=[STAR, FRIEND, LONER])
        self.code_of = dict(users.values_list("pk", "invite_code"))
        self.deep = deep_cursor()

    def run(self) -> None:
        with stopped_clock() as self.clock:
            self.requests_codes()
            self.tries_codes()
            self.uses_a_known_device()
            self.rotates_sessions()
            self.activates_invites()
            self.reads()
            self.uses_an_api_token()
            self.looks_after_sessions()
            self.changes_phones()
            self.deletes_accounts()

    def post(self, path: str, body: dict[str, str], status: int, **auth: str) -> dict[str, Any]:
        answer = Caller(self.calls, user=None, **auth).post(path, body)
        assert answer.status_code == status, answer.content
        return dict(answer.json()) if answer.content else {}

    def asks(self, number: str, status: int = 202, **more: str) -> dict[str, Any]:
        return self.post("/auth/code", {"phone": number, **more}, status)

    def tries(self, number: str, code: str, status: int, **more: str) -> dict[str, Any]:
        return self.post("/auth/login", {"phone": number, "code": code, **more}, status)

    def logs_in(self, number: str, status: int = 200, **more: str) -> dict[str, Any]:
        request_id = self.asks(number)["request_id"]
        code = self.sent.last_code(number)
        return self.tries(number, code, status, request_id=request_id, **more)

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
        self.tries(phone(8), wrong(right), 400)
        self.tries(phone(8), wrong(right), 400, **request)
        self.tries(phone(8), right, 200, **request)
        self.tries(phone(8), right, 400, **request)
        with override_settings(LIMIT_WRONG_LOGINS_PER_IP=(1, 3600)):
            self.tries(phone(9), wrong(right), 400)
            self.tries(phone(9), wrong(right), 429)
        User.objects.filter(pk=10).update(is_active=False)
        self.logs_in(phone(10), 403)
        self.clock.shift(settings.OTP_TTL)
        assert self.logs_in(NEWCOMER, invite_code=self.code_of[STAR])["is_new_user"]
        assert self.logs_in(SECOND, invite_code=UNKNOWN)["invite_problem"]

    def uses_a_known_device(self) -> None:
        number = phone(16)
        device = {"device_token": self.logs_in(number)["device_token"]}
        self.asks(number)
        self.clock.shift(settings.OTP_TTL * 3 / 4)
        self.asks(number)  # a newer code beside the older one
        self.asks(number, **device)
        right = self.sent.last_code(number)
        self.tries(number, wrong(right), 400, **device)  # at all three
        self.tries(number, right, 200, **device)

    def rotates_sessions(self) -> None:
        spent = {"refresh": self.logs_in(phone(11))["refresh"]}
        good = {"refresh": self.post("/auth/refresh", spent, 200)["refresh"]}
        assert self.post("/auth/refresh", spent, 200)["refresh"] == good["refresh"]
        self.clock.shift(settings.REFRESH_REUSE_GRACE)
        self.post("/auth/refresh", spent, 401)
        self.post("/auth/refresh", good, 401)
        last = {"refresh": self.logs_in(phone(12))["refresh"]}
        self.post("/auth/logout", last, 204)
        self.post("/auth/logout", last, 401)

    def activates_invites(self) -> None:
        loner = {"bearer": self.logs_in(phone(LONER))["access"]}
        own, friends = self.code_of[LONER], self.code_of[FRIEND]
        for code, status in ((UNKNOWN, 404), (own, 409), (friends, 200), (UNKNOWN, 409)):
            self.post("/profile/activate-invite", {"invite_code": code}, status, **loner)
        other = {"bearer": self.logs_in(phone(13))["access"]}
        with override_settings(LIMIT_WRONG_INVITES_PER_USER=(1, 3600)):
            for status in (404, 429):
                self.post("/profile/activate-invite", {"invite_code": UNKNOWN}, status, **other)

    def reads(self) -> None:
        for user in (STAR, FRIEND, 14):
            client = Caller(self.calls, user=user, bearer=self.logs_in(phone(user))["access"])
            assert client.get("/profile").status_code == 200
            for limit in ({}, {"limit": 200}):
                for page in ({}, {"cursor": self.deep}):
                    answer = client.get("/profile/invited-users", **limit, **page)
                    assert answer.status_code == 200
        for user in (FRIEND, 14):
            client = Caller(self.calls, user=user, bearer=self.logs_in(phone(user))["access"])
            assert client.get("/profile/export").status_code == 200

    def uses_an_api_token(self) -> None:
        bearer = {"bearer": self.logs_in(phone(15))["access"]}
        for _ in range(2):  # the second replaces the first
            token = {"token": self.post("/auth/api-token", {}, 201, **bearer)["token"]}
        client = Caller(self.calls, **token)
        assert client.get("/profile").status_code == 200
        assert client.delete("/auth/api-token").status_code == 204
        assert client.get("/profile").status_code == 401

    def looks_after_sessions(self) -> None:
        access = [self.logs_in(phone(17))["access"] for _ in range(2)]
        client = Caller(self.calls, bearer=access[0])
        listed = client.get("/auth/sessions").json()["items"]
        for session in listed:
            assert client.delete(f"/auth/sessions/{session['id']}").status_code == 204
        assert client.delete("/auth/sessions").status_code == 401
        last = Caller(self.calls, bearer=self.logs_in(phone(17))["access"])
        assert last.delete("/auth/sessions").status_code == 204

    def changes_phones(self) -> None:
        client = Caller(self.calls, bearer=self.logs_in(phone(18))["access"])
        for number, wanted in ((phone(19), 409), (NEW_PHONE, 200)):
            request_id = self.asks(number)["request_id"]
            right = self.sent.last_code(number)
            for code, status in ((wrong(right), 400), (right, wanted), (right, 400)):
                body = {"phone": number, "code": code, "request_id": request_id}
                assert client.put("/profile/phone", body).status_code == status

    def deletes_accounts(self) -> None:
        for number in (NEWCOMER, phone(FRIEND)):
            late = Caller(self.calls, bearer=self.logs_in(number)["access"])
            self.clock.shift(601)
            assert late.delete("/profile").status_code == 403
            client = Caller(self.calls, bearer=self.logs_in(number)["access"])
            assert client.delete("/profile").status_code == 204
            assert client.delete("/profile").status_code == 401
        assert self.logs_in(NEWCOMER)["is_new_user"]


def deep_cursor() -> str:
    """Of the star's page that 49,700 came after."""
    last = Activation.objects.filter(inviter=STAR).order_by("activated_at")[300]
    return str(Cursor(activated_at=last.activated_at, invited_user_id=last.invited_user_id))
