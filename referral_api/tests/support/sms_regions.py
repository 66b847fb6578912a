"""Regions that get SMS: phones of theirs, and requests for codes that nobody confirms."""

from typing import Any

from django.db.models import Sum
from django.db.models.functions import Coalesce

from referral_api.models import SmsCount
from referral_api.tests.support.contract import ContractClient

FIRST_PHONES = {"RU": 79160000000, "KZ": 77010000000}


def phone_in(region: str, number: int) -> str:
    """Each number is another phone."""
    return f"+{FIRST_PHONES[region] + number}"


def ask(phone: str, **extra: str) -> Any:
    return ContractClient().post("/auth/code", {"phone": phone} | extra)


def ask_many(times: int, *, region: str = "RU", first: int = 0) -> list[int]:
    """The status of each request, one after another, for `times` phones from `first` on."""
    return [ask(phone_in(region, first + n)).status_code for n in range(times)]


def counted(region: str = "RU") -> list[tuple[str, int, int, int, int]]:
    """Sender, sent, refused, uncertain and confirmed, in the order in which they began."""
    columns = ("sender", "sent", "refused", "uncertain")
    rows = SmsCount.objects.filter(region=region).order_by("id")
    confirmed = Coalesce(Sum("confirmations__logins"), 0)
    return list(rows.annotate(confirmed=confirmed).values_list(*columns, "confirmed"))
