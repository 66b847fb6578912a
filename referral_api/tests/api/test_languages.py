"""`title`, `detail` and messages follow Accept-Language; `code` never changes."""

import pytest

from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import BOB, Person, log_in

pytestmark = pytest.mark.django_db


def refused(language: str) -> tuple[str, dict[str, str]]:
    answer = ContractClient(language=language).get("/profile")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert "Accept-Language" in answer["Vary"]
    return answer["Content-Language"], answer.json()


RUSSIAN = [
    "ru",
    "ru-RU",
    "RU",
    "fr, ru;q=0.8, en;q=0.5",
    "ru;q=0.1",
    "ru_RU,ru;q=0.9",
    "ru_RU",
    "en;q=0.5, ru_RU",
    "en;q=0, ru",
    "en;q=1.5, ru",
    "!, ru;q=0.5",
    ",, ru ,,",
]


@pytest.mark.parametrize("language", RUSSIAN)
def test_who_reads_russian_gets_russian(language: str) -> None:
    chosen, problem = refused(language)
    assert chosen == "ru"
    assert all(
        any("а" <= letter <= "я" for letter in problem[text]) for text in ("title", "detail")
    )


@pytest.mark.parametrize(
    "language",
    [
        "en",
        "en-GB",
        "",
        "fr",
        "*",
        "en, ru;q=0.9",
        "x" * 600,
        "😀",
        "zh-Hant-TW",
        "en_US,ru;q=0.9",
        "ru;q=0",
        "ru;q=0, *",
        "ru;q=x",
        ";,;q=,_",
        "," * 5_000 + "ru",
    ],
    ids=ascii,
)
def test_everybody_else_gets_english(language: str) -> None:
    chosen, problem = refused(language)
    assert (chosen, problem["title"]) == ("en", "You are not logged in.")


def test_each_wrong_field_is_named_in_the_language() -> None:
    answer = ContractClient(language="ru").post("/auth/login", {"phone": "1", "x": 1})
    messages = [error["message"] for error in answer.json()["errors"]]
    assert len(messages) == 3
    assert all(any("а" <= letter <= "я" for letter in message) for message in messages)


def test_the_seconds_to_wait_stand_in_the_text() -> None:
    russian = ContractClient(language="ru")
    russian.post("/auth/code", {"phone": BOB})
    problem = russian.post("/auth/code", {"phone": BOB}).json()
    assert str(problem["retry_after"]) in problem["detail"]
    assert problem["detail"] != f"Try again in {problem['retry_after']} seconds."


def test_the_invite_problem_of_a_login_follows_too(alice: Person) -> None:
    russian = ContractClient(language="ru")
    code = russian.post("/auth/code", {"phone": BOB}).json()["code"]
    session = russian.post(
        "/auth/login", {"phone": BOB, "code": code, "invite_code": "K7M2PX"}
    ).json()
    english = log_in(BOB, invite_code="K7M2PX").session
    assert (
        session["invite_problem"]["code"] == english["invite_problem"]["code"] == "invite_unknown"
    )
    assert session["invite_problem"]["title"] != english["invite_problem"]["title"]
