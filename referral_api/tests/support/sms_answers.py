"""What the documents of each provider show: a request, and the answers to it."""

from dataclasses import dataclass

from referral_api.gateways.sms.message import (
    NO_MONEY,
    REFUSED,
    WRONG_KEY,
    WRONG_NUMBER,
)
from referral_api.tests.support.sms_provider import Reply

PHONE = "+79161234567"
DIGITS = PHONE[1:]


@dataclass(frozen=True)
class Documented:
    """`sends`: the fields of a request. `refusals`: each with the reason that we read in it."""

    address: str
    sends: dict[str, str]
    accepted: Reply
    refusals: list[tuple[Reply, str]]
    authorization: str = ""


def smsru_of_number(code: int) -> Reply:
    return Reply(200, {"status_code": 100, "sms": {DIGITS: {"status_code": code}}, "balance": 1})


PROVIDERS = {
    "smsru": Documented(
        address="smsru://API-ID",
        sends={"api_id": "API-ID", "to": DIGITS, "msg": "Your code: 4321", "json": "1"},
        accepted=Reply(
            200, {"status_code": 100, "sms": {DIGITS: {"status_code": 100, "sms_id": "0-1"}}}
        ),
        refusals=[
            (smsru_of_number(202), WRONG_NUMBER),
            (smsru_of_number(201), NO_MONEY),
            (Reply(200, {"status": "ERROR", "status_code": 200}), WRONG_KEY),
            (Reply(200, {"status": "ERROR", "status_code": 220}), REFUSED),
        ],
    ),
    "smsaero": Documented(
        address="smsaero://me@example.com:KEY@SMS%20Aero",
        authorization="Basic bWVAZXhhbXBsZS5jb206S0VZ",
        sends={"number": DIGITS, "text": "Your code: 4321", "sign": "SMS Aero"},
        accepted=Reply(200, {"success": True, "data": {"id": 1, "status": 0}, "message": None}),
        refusals=[
            (
                Reply(
                    400,
                    {
                        "success": False,
                        "data": {"number": ["Not valid number"]},
                        "message": "Validation error.",
                    },
                ),
                WRONG_NUMBER,
            ),
            (Reply(200, {"result": "no credits"}), NO_MONEY),
            (Reply(401, {"success": False, "data": None, "message": "Unauthorized"}), WRONG_KEY),
            (Reply(200, {"result": "reject", "reason": "empty field"}), REFUSED),
            (Reply(200, {"success": True, "data": {"id": 1, "status": 6}}), REFUSED),
        ],
    ),
    "exolve": Documented(
        address="exolve://TOKEN@79991112233",
        authorization="Bearer TOKEN",
        sends={"number": "79991112233", "destination": DIGITS, "text": "Your code: 4321"},
        accepted=Reply(200, {"message_id": "439000000000000000"}),
        refusals=[
            (Reply(400, {"error": {"message": "destination is wrong"}}), WRONG_NUMBER),
            (Reply(400, {"error": {"message": "Not enough balance"}}), NO_MONEY),
            (Reply(401, {"message": "Unauthorized"}), WRONG_KEY),
            (Reply(400, {"error": {"message": "text is empty"}}), REFUSED),
        ],
    ),
    "telegram": Documented(
        address="telegram://TOKEN",
        authorization="Bearer TOKEN",
        sends={"phone_number": PHONE, "code": "4321"},
        accepted=Reply(200, {"ok": True, "result": {"request_id": "1", "request_cost": 0.01}}),
        refusals=[
            (Reply(200, {"ok": False, "error": "PHONE_NUMBER_INVALID"}), WRONG_NUMBER),
            (Reply(200, {"ok": False, "error": "BALANCE_NOT_ENOUGH"}), NO_MONEY),
            (Reply(200, {"ok": False, "error": "ACCESS_TOKEN_INVALID"}), WRONG_KEY),
            (Reply(400, {"ok": False, "error": "CODE_INVALID"}), REFUSED),
        ],
    ),
    "twilio": Documented(
        address="twilio://SID:TOKEN@+15550001111",
        authorization="Basic U0lEOlRPS0VO",
        sends={"To": PHONE, "From": "+15550001111", "Body": "Your code: 4321"},
        accepted=Reply(201, {"sid": "SM1", "status": "queued", "error_code": None}),
        refusals=[
            (Reply(400, {"code": 21211, "message": "Invalid 'To'", "status": 400}), WRONG_NUMBER),
            (Reply(401, {"code": 20005, "message": "Account not active"}), NO_MONEY),
            (Reply(401, {"code": 20003, "message": "Authenticate", "status": 401}), WRONG_KEY),
            (Reply(400, {"code": 21617, "message": "The body is too long"}), REFUSED),
        ],
    ),
    "smsc": Documented(
        address="smsc://LOGIN:PASSWORD@Example",
        sends={
            "login": "LOGIN",
            "psw": "PASSWORD",
            "sender": "Example",
            "phones": DIGITS,
            "mes": "Your code: 4321",
            "charset": "utf-8",
            "fmt": "3",
        },
        accepted=Reply(200, {"id": 1, "cnt": 1}),
        refusals=[
            (Reply(200, {"error": "invalid number", "error_code": 7, "id": 1}), WRONG_NUMBER),
            (Reply(200, {"error": "no money", "error_code": 3, "id": 1}), NO_MONEY),
            (Reply(200, {"error": "authorise error", "error_code": 2}), WRONG_KEY),
            (Reply(200, {"error": "message is denied", "error_code": 6, "id": 1}), REFUSED),
        ],
    ),
    "webhook": Documented(
        address="webhook",
        sends={
            "phone": PHONE,
            "text": "Your code: 4321",
            "code": "4321",
            "language": "en",
            "request_id": "6f1c1d3e-4b1a-4a53-9d2c-3b5a0e1f2a3b",
        },
        accepted=Reply(204, b""),
        refusals=[
            (Reply(422, {"error": "no such number"}), REFUSED),
            (Reply(402, b""), NO_MONEY),
            (Reply(403, b""), WRONG_KEY),
        ],
    ),
}
