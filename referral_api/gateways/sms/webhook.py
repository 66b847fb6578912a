"""A company's own service: `webhook+https://HOST/PATH`, signed as https://standardwebhooks.com."""

import base64
import binascii
import json
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

from referral_api.gateways.sms.address import Address, AddressError, is_web_address
from referral_api.gateways.sms.http_client import Http
from referral_api.gateways.sms.message import SmsMessage

PREFIX = "whsec_"
MIN_KEY_BYTES = 24  # Standard Webhooks: a key has 24 to 64 bytes


class WebhookSms:
    """2xx is accepted. 4xx is a refusal, but for 408 and 429. Anything else is uncertain."""

    def __init__(self, address: Address, http: Http, *, secret: str) -> None:
        if not is_web_address(address.url):
            raise AddressError("is not webhook+https://HOST/PATH")
        if not is_good_secret(secret):
            raise AddressError(
                "needs SMS_WEBHOOK_SECRET: `whsec_` and the Base64 of 24 to 64 random bytes"
            )
        self.url = address.url
        self.http = http
        self.signer = Webhook(secret)

    async def send(self, message: SmsMessage) -> None:
        body = json.dumps(
            {
                "phone": message.phone,
                "text": message.text,
                "code": message.code,
                "language": message.language,
                "request_id": str(message.request_id),
            }
        )
        now = datetime.now(tz=UTC)
        message_id = f"msg_{message.request_id}"
        headers = {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self.signer.sign(message_id, now, body),
        }
        answer = await self.http.post(self.url, headers=headers, body=body.encode())
        if not 200 <= answer.status < 300:
            answer.raise_by_status()


def is_good_secret(secret: str) -> bool:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return False
    return secret.startswith(PREFIX) and MIN_KEY_BYTES <= len(key) <= 64
