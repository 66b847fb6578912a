"""DRF's command would write a key in clear, which the API can never match."""

import pytest
from django.core.management import CommandError, call_command, get_commands
from rest_framework.authtoken.models import Token

from referral_api.models import User
from referral_api.tests.support.people import ALICE

pytestmark = pytest.mark.django_db


def test_the_command_is_ours() -> None:
    assert get_commands()["drf_create_token"] == "backend"


def test_it_refuses_and_writes_nothing() -> None:
    User.objects.create_user(ALICE)
    with pytest.raises(CommandError, match="POST /api/v1/auth/api-token"):
        call_command("drf_create_token", ALICE)
    assert not Token.objects.exists()
