"""SMSC.RU, by https://smsc.ru/api/http/send/sms/"""

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

GRAMMAR = "smsc://LOGIN:PASSWORD@SENDER"
ENDPOINT = "https://smsc.ru/sys/send.php"
REASONS = {
    2: WRONG_KEY,
    3: NO_MONEY,
    4: TOO_MANY,  # the address of the service is blocked for a while
    7: WRONG_NUMBER,
    8: WRONG_NUMBER,
    9: TOO_MANY,
}


class Sender:
    """Every answer has the status 200; a refusal has an `error_code`."""

    def __init__(self, address: Address, http: Http) -> None:
        self.url = address.endpoint or ENDPOINT
        self.account = {"login": address.user, "psw": address.password, "sender": address.host}
        self.http = http

    async def send(self, message: SmsMessage) -> None:
        sms = {"phones": message.digits, "mes": message.text, "charset": "utf-8", "fmt": "3"}
        answer = await self.http.post(self.url, form=self.account | sms)
        match answer.json():
            case {"error_code": int(code), "error": str(said)}:
                raise SmsRefused(REASONS.get(code, REFUSED), said=f"{code} {said}")
            case {"id": int(), "cnt": int()}:
                return
        answer.raise_by_status()
