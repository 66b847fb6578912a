"""SMS Aero, version 2 of its API, by https://smsaero.ru/integration/documentation/api/"""

from referral_api.gateways.sms.address import Address
from referral_api.gateways.sms.http_client import Http
from referral_api.gateways.sms.message import (
    NO_MONEY,
    REFUSED,
    WRONG_NUMBER,
    SmsMessage,
    SmsRefused,
)

GRAMMAR = "smsaero://EMAIL:KEY@SIGN"
ENDPOINT = "https://gate.smsaero.ru/v2/sms/send"
NOT_DELIVERED = 2
REJECTED = 6


class Sender:
    def __init__(self, address: Address, http: Http) -> None:
        self.url = address.endpoint or ENDPOINT
        self.login = (address.user, address.password)
        self.sign = address.host
        self.http = http

    async def send(self, message: SmsMessage) -> None:
        body = {"number": message.digits, "text": message.text, "sign": self.sign}
        answer = await self.http.post(self.url, login=self.login, body=body)
        match answer.json():
            case {"success": True, "data": {"status": status}} if status in {
                NOT_DELIVERED,
                REJECTED,
            }:
                raise SmsRefused(REFUSED, said=f"status {status}")
            case {"success": True, "data": {"id": _}}:
                return
            case {"result": "no credits"}:
                raise SmsRefused(NO_MONEY, said="no credits")
            case {"result": "reject", "reason": str(said)}:
                raise SmsRefused(answer.reason, said=said)
            case {"success": False, "data": {"number": _}, "message": str(said)}:
                raise SmsRefused(WRONG_NUMBER, said=said)
            case {"success": False, "message": str(said)}:
                raise SmsRefused(answer.reason, said=said)
        answer.raise_by_status()
