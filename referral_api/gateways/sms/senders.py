"""The senders by their names in `SMS_SENDER`."""

from django.conf import settings

from referral_api.gateways.sms.apprise import AppriseSms
from referral_api.gateways.sms.imitation import ImitatedSms
from referral_api.gateways.sms.message import SmsSender
from referral_api.gateways.sms.outbox import outbox


def current() -> SmsSender:
    """The sender that the settings name."""
    match settings.SMS_SENDER:
        case "imitation":
            shortest, longest = settings.SMS_DELAY
            return ImitatedSms(shortest=shortest, longest=longest)
        case "apprise":
            return AppriseSms(url=settings.SMS_APPRISE_URL)
        case "outbox":
            return outbox
        case unknown:
            raise ValueError(f"no SMS sender is called {unknown}")
