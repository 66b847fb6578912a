"""Verification codes in Telegram, by https://core.telegram.org/gateway/api"""

from referral_api.gateways.sms.address import Address
from referral_api.gateways.sms.http_client import Http
from referral_api.gateways.sms.message import (
    NO_MONEY,
    REFUSED,
    TOO_MANY,
    WRONG_KEY,
    WRONG_NUMBER,
    SmsMessage,
    SmsRefused,
)

GRAMMAR = "telegram://TOKEN"
ENDPOINT = "https://gatewayapi.telegram.org/sendVerificationMessage"
REASONS = {
    "ACCESS_TOKEN_INVALID": WRONG_KEY,
    "ACCESS_TOKEN_REQUIRED": WRONG_KEY,
    "BALANCE_NOT_ENOUGH": NO_MONEY,
    "PHONE_NUMBER_INVALID": WRONG_NUMBER,
    "PHONE_NUMBER_NOT_FOUND": WRONG_NUMBER,
    "PHONE_NUMBER_NOT_AVAILABLE": WRONG_NUMBER,
}


class Sender:
    """Telegram writes the text itself, and is given the code alone.

    A number that is not in Telegram is refused, so an SMS provider should follow in SMS_SENDERS.
    """

    def __init__(self, address: Address, http: Http) -> None:
        self.url = address.endpoint or ENDPOINT
        self.headers = {"Authorization": f"Bearer {address.host}"}
        self.http = http

    async def send(self, message: SmsMessage) -> None:
        body = {"phone_number": message.phone, "code": message.code}
        answer = await self.http.post(self.url, headers=self.headers, body=body)
        match answer.json():
            case {"ok": True}:
                return
            case {"ok": False, "error": str(error)}:
                reason = TOO_MANY if error.startswith("FLOOD_WAIT") else REASONS.get(error, REFUSED)
                raise SmsRefused(reason, said=error)
        answer.raise_by_status()
