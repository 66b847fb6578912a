"""What is logged, of all that a user does right and wrong, gives nobody anything to use."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django import Settings

from referral_api.gateways.sms.message import SmsRefused
from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.tests.support.contract import BASE
from referral_api.tests.support.failing_statements import failing_statements
from referral_api.tests.support.people import ALICE, BOB, wrong

pytestmark = pytest.mark.django_db


class Everything(logging.Handler):
    """Keeps each line of every logger, with its traceback and its arguments."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{self.format(record)} {record.args!r}")


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """What the root logger says, and the loggers that keep to themselves, at every level."""
    handler, root = Everything(), logging.getLogger()
    loggers = [
        root,
        *(
            logging.getLogger(name)
            for name in ("django", "django.request", "uvicorn", "referral_api")
        ),
    ]
    levels = [logger.level for logger in loggers]
    root.addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(
        logging.INFO
    )  # SQL with its parameters: nobody's default
    yield handler.lines
    root.removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    logging.getLogger("django.db.backends").setLevel(logging.NOTSET)


def post(path: str, bearer: str = "", **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    client = Client(raise_request_exception=False, headers=headers)
    return client.post(BASE + path, json.dumps(body), content_type="application/json")


def use_everything(sent: SmsOutbox) -> list[str]:
    """The whole way, right and wrong; every secret that came up on it."""
    request_id = post("/auth/code", phone=ALICE).json()["request_id"]
    post("/auth/code", phone=ALICE)
    code = sent.last_code(ALICE)
    post("/auth/login", phone=ALICE, code=wrong(code), request_id=request_id)
    session = post("/auth/login", phone=ALICE, code=code, request_id=request_id).json()
    post("/auth/login", phone=ALICE, code=code, request_id=request_id)
    renewed = post("/auth/refresh", refresh=session["refresh"]).json()
    post("/auth/refresh", refresh=session["refresh"])
    api_token = post("/auth/api-token", renewed["access"]).json()["token"]
    with_api_token = Client(
        raise_request_exception=False, headers={"Authorization": f"Token {api_token}"}
    )
    with_api_token.get(f"{BASE}/profile")
    post("/profile/activate-invite", renewed["access"], invite_code="K7M2PX")
    post("/auth/login", phone=[ALICE], code={code: code})
    sent.failure = SmsRefused()
    post("/auth/code", phone=BOB)
    with failing_statements("broken on purpose"):
        assert with_api_token.get(f"{BASE}/profile").status_code == 500
        assert (
            post("/profile/activate-invite", renewed["access"], invite_code="K7M2PX").status_code
            == 500
        )
    post("/auth/logout", refresh=renewed["refresh"])
    tokens = [pair[kind] for pair in (session, renewed) for kind in ("access", "refresh")]
    tokens.append(session["device_token"])
    return [code, wrong(code), ALICE[1:], BOB[1:], *tokens, api_token]


@pytest.mark.parametrize("debug", [False, True])
def test_no_secret_is_logged(
    debug: bool,
    settings: Settings,
    sent: SmsOutbox,
    logged: list[str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    settings.DEBUG, settings.SECURITY_LOG = debug, True
    settings.OTP_LENGTH = 8  # four digits may stand in a log by chance
    secrets = use_everything(sent)
    pepper = configured.OTP_PEPPER
    secrets += [
        configured.SECRET_KEY,
        pepper.hex(),
        repr(pepper),
        str(configured.NINJA_JWT["SIGNING_KEY"]),
    ]
    security_log = capfd.readouterr().err
    assert '"event":"wrong_code"' in security_log
    text = "\n".join([*logged, security_log])
    assert "broken on purpose" in text
    assert "Bad Request: /api/v1/auth/login" in text
    assert [secret for secret in secrets if secret in text] == []
