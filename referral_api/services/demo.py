"""A small network of fictional people, to look at.

It is made through the rules, so that codes and totals are right.
"""

from dataclasses import dataclass

from django.db import transaction

from referral_api.models import User
from referral_api.services import invites, users

PHONE = "+799900000{:02}"  # valid to libphonenumber; nobody gets an SMS from here
PEOPLE = range(75)
# Who invited whom, by number. The first has more than one page of the list; there are three
# generations, and the last five came alone.
INVITED = {0: range(1, 57), 1: range(57, 65), 57: range(65, 70)}


@dataclass(frozen=True)
class Demo:
    first_phone: str
    people: int
    new_people: int
    new_activations: int


@transaction.atomic
def seed() -> Demo:
    """Makes what is missing, and changes nothing that is there."""
    sign_ins = [users.get_or_create_user(phone=PHONE.format(number)) for number in PEOPLE]
    new_activations = 0
    for inviter, invited in INVITED.items():
        invite_code = User.objects.get(pk=sign_ins[inviter].user_id).invite_code
        for number in invited:
            problem = invites.activation_problem(
                user_id=sign_ins[number].user_id, invite_code=invite_code
            )
            if problem is None:
                new_activations += 1
    return Demo(
        first_phone=PHONE.format(0),
        people=len(sign_ins),
        new_people=sum(sign_in.is_new for sign_in in sign_ins),
        new_activations=new_activations,
    )
