"""Phones and codes are read as people copy and type them, whatever signs their device chose."""

import sys
import unicodedata
from typing import Any

import pytest

from referral_api.folding import folded
from referral_api.gateways.sms.outbox import SmsOutbox
from referral_api.tests.support.contract import ContractClient
from referral_api.tests.support.people import ALICE, Person, Requester

pytestmark = pytest.mark.django_db
CHARACTERS = [chr(point) for point in range(sys.maxunicode + 1)]
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FULL_WIDTH = str.maketrans("0123456789+-() ", "０１２３４５６７８９＋－（）\u3000")

# All are ALICE.
COPIED = {
    "isolated from right-to-left text": "\u2066+79161234501\u2069",
    "marked left-to-right": "\u200e+7 916 123-45-01\u200e",
    "embedded": "\u202a+79161234501\u202c",
    "after a byte order mark": "\ufeff+79161234501",
    "with soft hyphens": "+7916\u00ad123\u00ad4501",
    "with zero-width spaces": "+7916\u200b123\u200d4501\u2060",
    "with narrow no-break spaces": "+7\u202f916\u202f123\u202f45\u202f01",
    "with thin spaces": "+7\u2009916\u2009123\u200945\u200901",
    "with no-break spaces": "8\u00a0(916)\u00a0123-45-01",
    "with minus signs": "+7\u2212916\u2212123\u221245\u221201",
    "with no-break hyphens": "+7\u2011916\u2011123\u201145\u201101",
    "with long dashes": "8 916 123—45—01",
    "in Arabic digits": "+٧٩١٦١٢٣٤٥٠١",
    "in digits of two scripts": "+7٩161234501",
    "in Persian digits, in the default region": "۸۹۱۶۱۲۳۴۵۰۱",
    "in full-width signs": "+7 (916) 123-45-01".translate(FULL_WIDTH),
}
INVISIBLE = ["\u200b", "\u2066", "\ufeff", "\u00ad", "\u200e"]


def request(phone: str) -> Any:
    return ContractClient().post("/auth/code", {"phone": phone})


@pytest.mark.parametrize("phone", COPIED.values(), ids=COPIED)
def test_a_copied_phone_is_read(phone: str, sent: SmsOutbox) -> None:
    answer = request(phone)
    assert (answer.status_code, answer.json()["phone"]) == (202, ALICE)
    assert [message.phone for message in sent.messages] == [ALICE]


@pytest.mark.parametrize(
    "phone",
    [
        "call +79161234501",
        "+79161234501 ext. 5",
        "+79161234501;ext=5",
        "tel:+79161234501",
        "+7916123450I",
        "+7916\x00123-45-01",
        "+7916\n1234501",
        "+79161234501, +79161234502",
        "²" + ALICE,
        "\u200b" * 64,
        ALICE + "\u200b" * 64,
    ],
    ids=ascii,
)
def test_what_is_more_than_a_phone_is_refused(phone: str, sent: SmsOutbox) -> None:
    answer = request(phone)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert sent.messages == []


@pytest.mark.parametrize("mark", INVISIBLE, ids=ascii)
def test_a_copied_code_opens(mark: str, sent: SmsOutbox) -> None:
    alice = Requester()
    copied = f"{mark} {alice.code[:2]}{mark}{alice.code[2:]}\u202f"
    status, _session = alice.bound(copied)
    assert status == 200


@pytest.mark.parametrize("table", [ARABIC, FULL_WIDTH], ids=["Arabic", "full-width"])
def test_a_code_in_other_digits_opens(table: dict[int, int], sent: SmsOutbox) -> None:
    alice = Requester()
    status, _session = alice.bound(alice.code.translate(table))
    assert status == 200


@pytest.mark.parametrize("code", ["", " ", "\u200b", "04 27", "04-27", "0427x", "४२७१\n1", "²²²²"])
def test_what_is_no_code_costs_no_try(code: str, sent: SmsOutbox) -> None:
    alice = Requester()
    status, problem = alice.bound(code)
    assert (status, problem["errors"][0]["pointer"]) == (422, "#/code")
    assert alice.bound(alice.wrong)[1]["attempts_left"] == 2


@pytest.mark.parametrize("dash", ["–", "—", "\u2011", "\u2212", "\u3030", "\u202f", "\u200b"])
def test_a_copied_invite_code_is_read(dash: str, alice: Person, bob: Person) -> None:
    code = alice.invite_code.lower()
    answer = bob.activate(f"\u2066{code[:3]}{dash}{code[3:]}\u2069")
    assert answer.json()["activated_invite_code"] == alice.invite_code


def test_an_invite_code_may_have_digits_of_another_script(alice: Person, bob: Person) -> None:
    answer = bob.activate(alice.invite_code.translate(ARABIC))
    assert answer.json()["activated_invite_code"] == alice.invite_code


def test_every_character_of_unicode_is_folded_by_its_category() -> None:
    for character in CHARACTERS:
        category = unicodedata.category(character)
        if category == "Nd":
            assert folded(character) == str(int(character))
        elif category == "Pd" or character == "\N{MINUS SIGN}":
            assert folded(character) == "-"
        else:
            other = {"Cf": "", "Zs": " "}
            assert folded(character) == other.get(category, character)


def test_what_is_folded_stays_so() -> None:
    text = "".join(CHARACTERS)
    assert folded(folded(text)) == folded(text)
