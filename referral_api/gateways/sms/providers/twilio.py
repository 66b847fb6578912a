"""Twilio, by https://www.twilio.com/docs/messaging/api/message-resource"""

from referral_api.gateways.sms.address import Address
from referral_api.gateways.sms.http_client import Http
from referral_api.gateways.sms.message import (
    NO_MONEY,
    TOO_MANY,
    WRONG_KEY,
    WRONG_NUMBER,
    SmsMessage,
    SmsRefused,
)

GRAMMAR = "twilio://SID:TOKEN@NUMBER"
ENDPOINT = "https://api.twilio.com/2010-04-01/Accounts/{sid}/Messages.json"
# https://www.twilio.com/docs/api/errors
REASONS = {
    20003: WRONG_KEY,
    20005: NO_MONEY,  # the account is suspended
    20429: TOO_MANY,
    21211: WRONG_NUMBER,
    21408: WRONG_NUMBER,  # the account may not send to this region
    21610: WRONG_NUMBER,  # its owner wants no messages
    21612: WRONG_NUMBER,
    21614: WRONG_NUMBER,
    30002: NO_MONEY,  # the account is suspended
}


class Sender:
    """NUMBER is a number of the account, a registered name, or a messaging service (`MG…`)."""

    def __init__(self, address: Address, http: Http) -> None:
        self.url = address.endpoint or ENDPOINT.format(sid=address.user)
        self.login = (address.user, address.password)
        self.number = address.host
        self.http = http

    async def send(self, message: SmsMessage) -> None:
        sender = "MessagingServiceSid" if self.number.startswith("MG") else "From"
        form = {"To": message.phone, "Body": message.text, sender: self.number}
        answer = await self.http.post(self.url, login=self.login, form=form)
        match answer.json():
            case {"sid": str()} if answer.status == 201:
                return
            case {"code": int(code), "message": str(said)} if answer.status >= 400:
                raise SmsRefused(REASONS.get(code, answer.reason), said=f"{code} {said}")
        answer.raise_by_status()
