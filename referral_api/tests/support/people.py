"""The cast, and the one way to log in. Alice invites, Bob is invited, Charlie must never see it."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from referral_api.gateways.sms.outbox import outbox
from referral_api.models import User
from referral_api.services import sessions
from referral_api.tests.support.contract import ContractClient

ALICE, BOB, CHARLIE = "+79161234501", "+79161234502", "+79161234503"
Answer = tuple[int, dict[str, Any]]


def wrong(code: str) -> str:
    """A code of the same length that opens nothing."""
    return str((int(code) + 1) % 10 ** len(code)).zfill(len(code))


def new_bearer(user: User) -> str:
    """An access token of a new session, without the code."""
    session = sessions.new_session(now=timezone.now())
    session.user = user
    session.save()
    return sessions.issue_tokens(session).access


class Requester:
    """Somebody who asked for a code, and holds its `request_id`."""

    def __init__(self, phone: str = ALICE, **extra: str) -> None:
        """`extra` goes with the request, such as a `device_token`."""
        requested = ContractClient().post("/auth/code", {"phone": phone} | extra)
        assert requested.status_code == 202, requested.content
        self.phone = phone
        self.request_id: str = requested.json()["request_id"]
        self.code = outbox.last_code(phone)

    @property
    def wrong(self) -> str:
        return wrong(self.code)

    def bound(self, code: str, **extra: Any) -> Answer:
        """A try with the `request_id`: the status, and the body."""
        return self.unbound(code, request_id=self.request_id, **extra)

    def unbound(self, code: str, *, user_agent: str = "", **extra: Any) -> Answer:
        """A try without it: the status, and the body."""
        login = {"phone": self.phone, "code": code} | extra
        client = ContractClient()
        if user_agent:
            client.headers["User-Agent"] = user_agent
        answer = client.post("/auth/login", login)
        return answer.status_code, answer.json()


@dataclass
class Person:
    """Somebody who is logged in."""

    phone: str
    client: ContractClient
    session: dict[str, Any]

    @property
    def invite_code(self) -> str:
        return str(self.profile()["invite_code"])

    def profile(self) -> dict[str, Any]:
        return dict(self.client.get("/profile").json())

    def activate(self, invite_code: str) -> Any:
        return self.client.post("/profile/activate-invite", {"invite_code": invite_code})


def log_in(phone: str, **extra: str) -> Person:
    """The whole way: ask for a code, read it in the outbox, send it back."""
    requester = Requester(phone)
    status, session = requester.bound(requester.code, **extra)
    assert status == 200, session
    return Person(phone, ContractClient(bearer=session["access"]), session)
