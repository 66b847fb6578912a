"""Any of the providers that the package Apprise knows: `apprise+URL`, with `{phone}` in the URL."""

from referral_api.gateways.sms.address import Address, AddressError
from referral_api.gateways.sms.message import FAILED, SmsMessage, SmsUncertain

GRAMMAR = "apprise+URL with {phone} in the place of the number"


class AppriseSms:
    """Apprise tells success from failure, but not a refusal from a time-out.

    So every failure counts as uncertain, and its cost stays.
    """

    def __init__(self, address: Address) -> None:
        if "{phone}" not in address.url:
            raise AddressError(f"is not {GRAMMAR}")
        try:
            from apprise import Apprise
        except ImportError:  # the package is an extra
            raise AddressError("needs the package apprise: pip install apprise") from None
        self.provider_at = Apprise
        self.url = address.url

    async def send(self, message: SmsMessage) -> None:
        provider = self.provider_at(self.url.replace("{phone}", message.phone))
        if not await provider.async_notify(body=message.text):
            raise SmsUncertain(FAILED)
