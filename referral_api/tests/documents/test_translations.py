"""The Russian catalogue is in step with the source, and its compiled form with it."""

import re
import subprocess
import sys
from itertools import chain
from pathlib import Path
from shutil import which

import polib
import pytest
from django.conf import settings

CATALOGUE = Path(settings.LOCALE_PATHS[0]) / "ru/LC_MESSAGES/django.po"
SOURCES = ("backend", "schemas", "referral_api")


@pytest.fixture(scope="module")
def russian() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def test_every_sentence_is_translated(russian: polib.POFile) -> None:
    assert [entry.msgid for entry in russian if not entry.translated() or entry.fuzzy] == []


def test_no_translation_is_left_over(russian: polib.POFile) -> None:
    assert [entry.msgid for entry in russian.obsolete_entries()] == []


def test_the_compiled_catalogue_is_in_step(russian: polib.POFile) -> None:
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert {e.msgid: e.msgstr for e in compiled} == {e.msgid: e.msgstr for e in russian}


def test_a_translation_fills_in_the_same_values(russian: polib.POFile) -> None:
    def values(text: str) -> list[str]:
        return sorted(re.findall(r"%\(\w+\)\w|%s|\{\w+\}", text))

    assert [entry.msgid for entry in russian if values(entry.msgid) != values(entry.msgstr)] == []


@pytest.mark.skipif(which("xgettext") is None, reason="no xgettext: install the package `gettext`")
def test_the_catalogue_holds_exactly_the_sentences_of_the_source(
    russian: polib.POFile, tmp_path: Path
) -> None:
    for source in SOURCES:
        (tmp_path / source).symlink_to(settings.BASE_DIR / source)
    (tmp_path / "locale").mkdir()
    skipped = ("*/tests/*", "*/locale/*", "*/migrations/*")
    ignored = chain.from_iterable(("--ignore", pattern) for pattern in skipped)
    command = [
        sys.executable,
        "-m",
        "django",
        "makemessages",
        "--locale=ru",
        "--symlinks",
        "--keep-pot",
        *ignored,
    ]
    subprocess.run(
        command,
        cwd=tmp_path,
        check=True,
        capture_output=True,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
    )
    fresh = polib.pofile(str(next((tmp_path / "locale").rglob("*.po"))))
    assert {entry.msgid for entry in russian} == {entry.msgid for entry in fresh}
