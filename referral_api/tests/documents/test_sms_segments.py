"""How many SMS a text is, what every command says of one that is more, and docs/sms-text.md."""

from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.utils import translation
from pytest_django import Settings

from referral_api.gateways.sms.segments import segments
from referral_api.gateways.sms.text import sms_text

DOCUMENT = (Path(__file__).parents[3] / "docs/sms-text.md").read_text()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # two septets each
        ("€" * 81, 2),
        ("€" * 153, 3),  # 76 in each segment: none is divided
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("я" * 134, 2),
        ("я" * 135, 3),
        ("a" * 69 + "я", 1),  # one letter makes all of it UCS-2
        ("a" * 70 + "я", 2),
        ("😀" * 35, 1),  # two units each
        ("😀" * 36, 2),
        ("😀" * 67, 3),  # 33 in each segment
        ("`" + "a" * 70, 2),  # ASCII, but not in the alphabet
        ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉäöñüà" + "a" * 123, 1),
    ],
)
def test_a_text_is_so_many_segments(text: str, count: int) -> None:
    assert segments(text) == count


def warning() -> str | None:
    """Of any command, with or without `--deploy`."""
    found = [message.msg for message in run_checks() if message.id == "referral_api.W012"]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.fixture
def online(settings: Settings) -> Settings:
    settings.PUBLIC_URL = "https://referral.example"
    settings.SMS_ANDROID_HASH = "FA+9qCX9VSu"
    return settings


def test_our_own_texts_are_one_segment_with_a_line_for_browsers_and_one_for_an_app(
    online: Settings,
) -> None:
    assert warning() is None


def test_a_text_of_several_segments_is_named_by_its_language(online: Settings) -> None:
    online.SMS_TEXTS = {"en": "{service}: {code}" + "." * 100, "ru": "{code}"}
    assert "(en: 2)" in str(warning())
    online.SERVICE_NAME = "Пекарня"  # one word in Cyrillic makes the English text UCS-2 too
    assert "(en: 3)" in str(warning())


def test_the_longest_code_counts(online: Settings) -> None:
    fixed = len("\nFA+9qCX9VSu\n@referral.example #")
    online.SMS_TEXTS = {"en": "", "ru": "я" * (70 - fixed - 16) + "{code}"}
    assert warning() is None
    online.SMS_TEXTS = {"en": "", "ru": "я" * (71 - fixed - 16) + "{code}"}
    assert "(ru: 2)" in str(warning())


def test_the_document_shows_the_whole_text(online: Settings) -> None:
    assert f"```text\n{sms_text('0427')}\n```" in DOCUMENT


@pytest.mark.parametrize(("name", "language"), [("English", "en"), ("Russian", "ru")])
def test_the_document_shows_our_own_sentences(name: str, language: str, settings: Settings) -> None:
    settings.SERVICE_NAME = "{service}"
    with translation.override(language):
        assert f"| {name} | `{sms_text('{code}')}` |" in DOCUMENT
