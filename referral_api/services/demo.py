"""A small network of fictional people, to look at. Made through the rules, so that codes and totals are right."""

from dataclasses import dataclass

from django.db import transaction

from referral_api.models import User
from referral_api.services import invites, users

PHONE = "+799900000{:02}"  # valid to libphonenumber; nobody gets an SMS from here
# Who invited whom. The first has more than one page of the list; three generations, and some who came alone.
INVITED = {0: range(1, 57), 1: range(57, 65), 57: range(65, 70)}
ALONE = range(70, 75)


@dataclass(frozen=True)
class Demo:
    first_phone: str
    people: int
    new_people: int
    new_activations: int


@transaction.atomic
def seed() -> Demo:
    """Makes what is missing, and changes nothing that is there."""
    numbers = sorted({*INVITED, *ALONE}.union(*INVITED.values()))
    arrivals = {number: users.arrive(phone=PHONE.format(number)) for number in numbers}
    activations = [
        _activated(arrivals[number].user, arrivals[inviter].user)
        for inviter, invited in INVITED.items()
        for number in invited
    ]
    new_people = sum(arrival.is_new for arrival in arrivals.values())
    return Demo(PHONE.format(0), len(arrivals), new_people, sum(activations))


def _activated(user: User, inviter: User) -> bool:
    return invites.try_to_tie(user.pk, inviter.invite_code) is None
