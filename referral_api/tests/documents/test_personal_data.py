"""The one list of what is kept about a person has every table, and the document is made from it."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from backend.kept_data_reference import kept_table, of_nobody_table
from backend.management.commands.write_reference import table_of
from referral_api.services.kept_data import KEPT, OF_NOBODY, Owner
from schemas.account import AccountExportOut

DOCUMENT = (Path(__file__).parents[3] / "docs/personal-data.md").read_text()
NOBODY = Owner(user_id=0, phone="")


def tables() -> dict[str, type[models.Model]]:
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.proxy:
            found[model._meta.label] = model
    return found


def test_every_table_is_about_a_person_or_about_nobody() -> None:
    about_a_person = {kept.of(NOBODY).model._meta.label for kept in KEPT}
    assert about_a_person | set(OF_NOBODY) == set(tables())
    assert about_a_person & set(OF_NOBODY) == set()


def test_a_table_with_a_phone_or_a_user_is_about_a_person() -> None:
    for label in OF_NOBODY:
        columns = {field.name for field in tables()[label]._meta.get_fields()}
        assert not columns & {"phone", "user_id", "invited_user"}, label


@pytest.mark.parametrize(
    ("name", "table"), [("kept", kept_table()), ("of-nobody", of_nobody_table())]
)
def test_the_document_has_the_list(name: str, table: str) -> None:
    assert table_of(DOCUMENT, name) == table, "run `make generate`"


def test_the_export_has_the_members_of_the_list() -> None:
    listed = {kept.export for kept in KEPT if kept.export}
    assert set(AccountExportOut.model_fields) == listed | {"exported_at", "invited_users"}
