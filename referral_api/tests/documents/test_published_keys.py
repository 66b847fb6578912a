"""No key that this repository publishes is good for anything with DEBUG off."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from backend.env_keys import PUBLISHED
from referral_api.tests.support.deployment_files import ROOT, settings_of

OWN = os.environ["SECRET_KEY"]
NOT_OURS = {"node_modules", "build", "__pycache__"}
HIDDEN = {".ci", ".github"}  # the hidden folders that are published
PRIVATE = {".env"}  # of this machine
# `SECRET_KEY=value` of shells and .env files; `SECRET_KEY: "value"`, `SECRET_KEY = "value"`.
PATTERNS = [
    re.compile(r"(?:SECRET_KEY|OTP_PEPPER)=([^\s\"'`()]+)"),
    re.compile(r"(?:SECRET_KEY|OTP_PEPPER)[\"']?\s*[:=]\s*[\"']([^\"'\n]+)[\"']"),
]


def published_files() -> Iterator[Path]:
    for folder, subfolders, names in os.walk(ROOT):
        ours = {name for name in subfolders if not name.startswith(".") or name in HIDDEN}
        subfolders[:] = ours - NOT_OURS
        yield from (Path(folder, name) for name in names if name not in PRIVATE)


def published_keys() -> set[str]:
    found = set(PUBLISHED)
    for file in published_files():
        text = file.read_text(errors="ignore")
        for pattern in PATTERNS:
            found.update(pattern.findall(text))
    return found


def refusal_of(**keys: str) -> str:
    with pytest.raises(ValidationError) as refused:
        settings_of({"DEBUG": "false", "SMS_SHOW_CODE": "false", **keys})
    return str(refused.value)


def test_every_published_key_is_refused() -> None:
    published = published_keys()
    assert "development-only-not-a-secret-0123456789" in published
    for key in published:
        assert "SECRET_KEY" in refusal_of(SECRET_KEY=key), key
        assert "OTP_PEPPER" in refusal_of(SECRET_KEY=OWN, OTP_PEPPER=key), key


@pytest.mark.parametrize("quote", ['"', "'"])
def test_quotes_make_no_other_key(quote: str) -> None:
    quoted = f"{quote}development-only-not-a-secret-0123456789{quote}"
    assert "SECRET_KEY is a published key" in refusal_of(SECRET_KEY=quoted)


@pytest.mark.parametrize("key", ["a" * 32, "012345678" * 4, "abcabcab" * 8])
def test_a_key_of_few_characters_is_refused(key: str) -> None:
    sentence = "has fewer than 10 different characters"
    assert f"SECRET_KEY {sentence}" in refusal_of(SECRET_KEY=key)
    assert f"OTP_PEPPER {sentence}" in refusal_of(SECRET_KEY=OWN, OTP_PEPPER=key)


def test_development_may_use_the_published_key() -> None:
    key = "development-only-not-a-secret-0123456789"
    assert settings_of({"DEBUG": "true", "SECRET_KEY": key}).DEBUG
