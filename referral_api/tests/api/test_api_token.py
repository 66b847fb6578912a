"""The long-lived token for scripts: one per user, shown once, kept as a digest."""

from collections import Counter
from functools import partial
from hashlib import blake2b

import jwt
import pytest
from ninja_jwt.settings import api_settings
from rest_framework.authtoken.models import Token

from referral_api.models import Session, User
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, BOB, Person, log_in
from referral_api.tests.support.races import race, stranger

pytestmark = pytest.mark.django_db


def created(person: Person) -> str:
    answer = person.client.post("/auth/api-token")
    assert answer.status_code == 201
    return str(answer.json()["token"])


def opens(token: str) -> bool:
    return bool(ContractClient(token=token).get("/profile").status_code == 200)


def test_an_api_token_does_what_an_access_token_does(alice: Person, bob: Person) -> None:
    script = ContractClient(token=created(bob))
    assert script.get("/profile").json()["phone"] == BOB
    assert (
        script.post("/profile/activate-invite", {"invite_code": alice.invite_code}).status_code
        == 200
    )
    assert script.get("/profile/invited-users").status_code == 200


def test_an_api_token_creates_no_further_one(alice: Person) -> None:
    script = ContractClient(token=created(alice))
    assert script.post("/auth/api-token").status_code == 401


def test_an_access_token_creates_none_after_its_logout(alice: Person) -> None:
    logout = ContractClient().post("/auth/logout", {"refresh": alice.session["refresh"]})
    assert logout.status_code == 204
    assert alice.client.get("/profile").status_code == 200  # it is still valid for minutes
    assert alice.client.post("/auth/api-token").json()["code"] == "unauthenticated"
    assert not Token.objects.exists()


def test_a_logout_leaves_the_token_and_the_other_sessions_alone(alice: Person) -> None:
    token = created(alice)
    other = log_in(ALICE)
    ContractClient().post("/auth/logout", {"refresh": alice.session["refresh"]})
    assert opens(token)
    assert opens(created(other))


def test_an_access_token_that_names_the_session_of_another_creates_none(
    alice: Person, bob: Person
) -> None:
    claims = jwt.decode(alice.session["access"], options={"verify_signature": False})
    claims["sid"] = Session.objects.get(user__phone=BOB).pk.hex
    access = jwt.encode(claims, api_settings.SIGNING_KEY, algorithm=api_settings.ALGORITHM)
    assert ContractClient(bearer=access).post("/auth/api-token").status_code == 401


def test_the_table_holds_a_digest_alone(alice: Person) -> None:
    token = created(alice)
    assert Token.objects.get().key == blake2b(token.encode(), digest_size=20).hexdigest()
    assert not opens(Token.objects.get().key)


def test_an_api_token_has_256_random_bits(alice: Person) -> None:
    assert len({created(alice) for _ in range(5)}) == 5
    assert len(created(alice)) >= 43


def test_a_new_token_replaces_the_older(alice: Person) -> None:
    older, newer = created(alice), created(alice)
    assert (opens(older), opens(newer)) == (False, True)


def test_users_have_tokens_of_their_own(alice: Person, bob: Person) -> None:
    assert opens(created(alice))
    assert opens(created(bob))
    assert Token.objects.count() == 2


@pytest.mark.parametrize("with_api_token", [False, True])
def test_a_revoked_token_opens_nothing(with_api_token: bool, alice: Person) -> None:
    token = created(alice)
    client = ContractClient(token=token) if with_api_token else alice.client
    assert client.delete("/auth/api-token").status_code == 204
    assert not opens(token)


def test_revoking_where_there_was_none_is_fine(alice: Person) -> None:
    assert alice.client.delete("/auth/api-token").status_code == 204


def test_revoking_leaves_the_tokens_of_others_alone(alice: Person, bob: Person) -> None:
    token = created(bob)
    alice.client.delete("/auth/api-token")
    assert opens(token)


@pytest.mark.parametrize("token", ["x", "0" * 40, "é", "a b"])
def test_what_is_no_token_opens_nothing(token: str, alice: Person) -> None:
    created(alice)
    assert not opens(token)


@pytest.mark.parametrize("scheme", ["Token", "token", "TOKEN"])
def test_the_case_of_the_scheme_does_not_matter(
    scheme: str, alice: Person, api: ContractClient
) -> None:
    api.headers["Authorization"] = f"{scheme} {created(alice)}"
    assert api.get("/profile").status_code == 200


def test_neither_scheme_takes_the_credentials_of_the_other(alice: Person) -> None:
    assert not opens(alice.session["access"])
    assert ContractClient(bearer=created(alice)).get("/profile").status_code == 401


def test_the_token_of_a_disabled_user_opens_nothing(alice: Person) -> None:
    token = created(alice)
    User.objects.update(is_active=False)
    assert not opens(token)
    assert alice.client.post("/auth/api-token").status_code == 401
    assert alice.client.delete("/auth/api-token").status_code == 401
    assert ContractClient(token=token).delete("/auth/api-token").status_code == 401


def test_the_anonymous_neither_create_nor_revoke(api: ContractClient) -> None:
    assert api.post("/auth/api-token").status_code == 401
    assert api.delete("/auth/api-token").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_of_ten_tokens_made_at_once_one_is_good(alice: Person) -> None:
    bearer = alice.session["access"]
    answers = race(
        *(partial(stranger(n, bearer=bearer).post, "/auth/api-token") for n in range(10))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert Counter(opens(answer.json()["token"]) for answer in answers) == {True: 1, False: 9}
