"""From the addresses in SMS_SENDERS to the chain of senders. Imports only what they name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules

from referral_api.gateways.sms import providers
from referral_api.gateways.sms.address import Address, AddressError
from referral_api.gateways.sms.chain import Bounds, Chain, Link
from referral_api.gateways.sms.imitation import ImitatedSms
from referral_api.gateways.sms.message import SmsSender

IMITATION = "imitation:"


@dataclass(frozen=True)
class Options:
    """What senders need beside their addresses. `delay`: of the imitation, in seconds."""

    delay: tuple[float, float] = (1.0, 2.0)
    webhook_secret: str = ""
    bounds: Bounds = field(default_factory=Bounds)


def chain_of(addresses: Sequence[str], options: Options) -> Chain:
    """Raises AddressError."""
    if not addresses:
        raise AddressError("SMS_SENDERS names no sender")
    if len(addresses) > 1 and IMITATION in addresses:
        raise AddressError("SMS_SENDERS has `imitation:` beside others: it stands alone")
    links = []
    seen: Counter[str] = Counter()
    for number, text in enumerate(addresses, start=1):
        try:
            address = Address.parse(text)
            sender = sender_at(address, options)
        except AddressError as error:
            raise AddressError(f"SMS_SENDERS: address {number} {error}") from None
        seen[address.scheme] += 1
        times = seen[address.scheme]
        name = address.scheme if times == 1 else f"{address.scheme}-{times}"
        links.append(Link(name=name, sender=sender))
    return Chain(links, options.bounds)


def sender_at(address: Address, options: Options) -> SmsSender:
    """Raises AddressError. A provider of `providers/` is known by the name of its file."""
    if address.scheme == "imitation":
        return ImitatedSms(shortest=options.delay[0], longest=options.delay[1])
    if address.scheme == "apprise":
        from referral_api.gateways.sms.apprise import AppriseSms

        return AppriseSms(address)
    known = [module.name for module in iter_modules(providers.__path__)]
    if address.scheme not in {"webhook", *known}:
        schemes = ", ".join(["imitation", *known, "webhook+https", "apprise+…"])
        raise AddressError(f"begins with none of: {schemes}")
    from referral_api.gateways.sms.http_client import Http

    http = Http(connection_seconds=options.bounds.connection, answer_seconds=options.bounds.answer)
    if address.scheme == "webhook":
        from referral_api.gateways.sms.webhook import WebhookSms

        return WebhookSms(address, http, secret=options.webhook_secret)
    provider = import_module(f"{providers.__name__}.{address.scheme}")
    address.check(provider.GRAMMAR)
    sender: SmsSender = provider.Sender(address, http)
    return sender
