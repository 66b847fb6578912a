"""No answer contradicts the published document, whatever a client sends."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F

from referral_api.models import Session, User
from referral_api.tests.support.contract import operations
from referral_api.tests.support.people import ALICE, new_bearer
from referral_api.tests.support.servers import database_url, live_server

pytestmark = pytest.mark.django_db(transaction=True)
# A well-formed phone, code or token need not be a valid one.
CONFIGURATION = """
[checks]
positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 422, 429]
# A text beyond its longest length may also make the whole body too large: 413.
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 409, 413, 415, 422, 429]
"""
SECONDS = 300  # a bound for a busy machine


def test_every_answer_is_as_documented(tmp_path: Path) -> None:
    bearer = new_bearer(User.objects.create_user(ALICE))
    # Else the first example of `delete_account` would end all that follow.
    Session.objects.update(created_at=F("created_at") - timedelta(hours=1))
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(CONFIGURATION)
    with live_server(database_url(), SMS_DELAY_MIN=0, SMS_DELAY_MAX=0) as server:
        command = [
            *(sys.executable, "-m", "schemathesis.cli", f"--config-file={configuration}"),
            *(
                "run",
                f"{server.url}/api/v1/openapi.json",
                f"--header=Authorization: Bearer {bearer}",
            ),
            *(
                "--checks=all",
                "--max-examples=60",
                "--seed=1",
                "--no-color",
                "--generation-database=none",
            ),
        ]
        ran = subprocess.run(
            command, capture_output=True, text=True, timeout=SECONDS, cwd=tmp_path, check=False
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"Tested: {len(operations())}" in ran.stdout
