"""Many activations at once, on real threads and connections."""

from collections import Counter
from functools import partial

import pytest

from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.models import Activation, User
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import Person, new_bearer
from referral_api.tests.support.races import race, stranger

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 100


@pytest.fixture
def people() -> list[User]:
    """Two for each round."""
    return [User.objects.create_user(f"+7917{n:07}") for n in range(ROUNDS * 2)]


def client_of(user: User) -> ContractClient:
    return stranger(user.pk, bearer=new_bearer(user))


def test_a_hundred_activations_of_two_codes_at_once_count_once(
    alice: Person, bob: Person, charlie: Person
) -> None:
    codes = [alice.invite_code, charlie.invite_code] * 50
    clients = [stranger(0, bearer=bob.session["access"]) for _ in codes]
    body = ({"invite_code": code} for code in codes)
    answers = race(
        *(
            partial(c.post, "/profile/activate-invite", b)
            for c, b in zip(clients, body, strict=True)
        )
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 99}
    totals = [person.profile()["invited_users"]["total"] for person in (alice, charlie)]
    assert sorted(totals) == [0, 1]


def test_fifty_users_who_activate_one_code_at_once_are_all_counted(alice: Person) -> None:
    invite = {"invite_code": alice.invite_code}
    invited = [client_of(User.objects.create_user(f"+7917{n:07}")) for n in range(50)]
    answers = race(
        *(partial(client.post, "/profile/activate-invite", invite) for client in invited)
    )
    assert {answer.status_code for answer in answers} == {200}
    page = alice.profile()["invited_users"]
    assert (page["total"], len(page["items"])) == (50, 50)


def test_two_who_invite_each_other_at_once_both_succeed(people: list[User]) -> None:
    for one, other in zip(people[::2], people[1::2], strict=True):
        answers = race(
            partial(
                client_of(one).post, "/profile/activate-invite", {"invite_code": other.invite_code}
            ),
            partial(
                client_of(other).post, "/profile/activate-invite", {"invite_code": one.invite_code}
            ),
        )
        assert [answer.status_code for answer in answers] == [200, 200]
    assert set(User.objects.values_list("invited_total", flat=True)) == {1}
    assert Activation.objects.count() == len(people)


def test_two_who_invite_each_other_by_logging_in_at_once_both_succeed(
    people: list[User], sent: SmsOutbox
) -> None:
    for n, (one, other) in enumerate(zip(people[::2], people[1::2], strict=True)):
        for user in (one, other):
            stranger(n).post("/auth/code", {"phone": user.phone})
        logins = [
            {
                "phone": user.phone,
                "code": sent.last_code(str(user.phone)),
                "invite_code": inviter.invite_code,
            }
            for user, inviter in ((one, other), (other, one))
        ]
        answers = race(*(partial(stranger(n).post, "/auth/login", login) for login in logins))
        assert [(answer.status_code, answer.json()["invite_problem"]) for answer in answers] == [
            (200, None)
        ] * 2
    assert Activation.objects.count() == len(people)
