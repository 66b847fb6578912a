"""sms.ru, by https://sms.ru/api/send"""

from referral_api.gateways.sms.address import Address
from referral_api.gateways.sms.http_client import Http
from referral_api.gateways.sms.message import (
    NO_MONEY,
    REFUSED,
    SERVER_ERROR,
    TOO_MANY,
    WRONG_KEY,
    WRONG_NUMBER,
    SmsMessage,
    SmsRefused,
    SmsUncertain,
)

GRAMMAR = "smsru://API_ID"
ENDPOINT = "https://sms.ru/sms/send"
REASONS = {
    200: WRONG_KEY,
    201: NO_MONEY,
    202: WRONG_NUMBER,
    206: TOO_MANY,
    207: WRONG_NUMBER,
    209: WRONG_NUMBER,  # the account's own list of numbers that get nothing
    230: TOO_MANY,
    231: TOO_MANY,
    232: TOO_MANY,
    233: TOO_MANY,
    300: WRONG_KEY,
    301: WRONG_KEY,
    302: WRONG_KEY,
}


class Sender:
    """Every answer has the status 200; `status_code` says what became of the request."""

    def __init__(self, address: Address, http: Http) -> None:
        self.url = address.endpoint or ENDPOINT
        self.api_id = address.host
        self.http = http

    async def send(self, message: SmsMessage) -> None:
        form = {"api_id": self.api_id, "to": message.digits, "msg": message.text, "json": "1"}
        answer = await self.http.post(self.url, form=form)
        said = answer.json()
        match said:  # where the request was taken, each number has an answer of its own
            case {"status_code": 100, "sms": dict(by_number)}:
                said = by_number.get(message.digits)
        match said:
            case {"status_code": 100, "sms_id": str()}:
                return
            case {"status_code": 500}:
                raise SmsUncertain(SERVER_ERROR, said="500")
            case {"status_code": int(code)} if code != 100:
                raise SmsRefused(
                    REASONS.get(code, REFUSED), said=f"{code} {said.get('status_text')}"
                )
        answer.raise_by_status()
