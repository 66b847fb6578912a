"""MTS Exolve, by https://docs.exolve.ru/docs/ru/api-reference/sms-api/sending-sms"""

from referral_api.gateways.sms.address import Address
from referral_api.gateways.sms.http_client import Http
from referral_api.gateways.sms.message import (
    NO_MONEY,
    WRONG_NUMBER,
    SmsMessage,
    SmsRefused,
)

GRAMMAR = "exolve://TOKEN@NUMBER"
ENDPOINT = "https://api.exolve.ru/messaging/v1/SendSMS"


class Sender:
    """NUMBER is a number of the account, or a registered name. A refusal has a status of 4xx."""

    def __init__(self, address: Address, http: Http) -> None:
        self.url = address.endpoint or ENDPOINT
        self.headers = {"Authorization": f"Bearer {address.user}"}
        self.number = address.host
        self.http = http

    async def send(self, message: SmsMessage) -> None:
        body = {"number": self.number, "destination": message.digits, "text": message.text}
        answer = await self.http.post(self.url, headers=self.headers, body=body)
        match answer.json():
            case {"message_id": str()}:
                return
            case {"error": {"message": str(said)}} if answer.status in {400, 402, 422}:
                raise SmsRefused(reason_of(said) or answer.reason, said=said)
        answer.raise_by_status()


def reason_of(said: str) -> str:
    """The documents list no codes, so it is read from the words."""
    said = said.lower()
    if "balance" in said or "money" in said or "funds" in said:
        return NO_MONEY
    return WRONG_NUMBER if "destination" in said else ""
