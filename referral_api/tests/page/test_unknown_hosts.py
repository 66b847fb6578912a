"""A host that is not ours: an answer that speaks of the host, and one short line in the log."""

import pytest
from django.test import Client
from pytest_django import Settings

from referral_api.tests.support.asgi_client import ASGIClient

SENTENCE = "The service does not answer to this host name."
LOGGER = "django.security.DisallowedHost"


@pytest.mark.parametrize("host", ["evil.example", "a b", "x" * 5_000])
def test_the_api_and_the_pages_speak_of_the_host(host: str) -> None:
    api = ASGIClient().get("/api/v1/profile", headers={"Host": host})
    assert (api.status_code, api.json()["code"]) == (400, "malformed_request")
    assert SENTENCE in api.json()["detail"]
    page = Client().get("/", headers={"Host": host})
    assert (page.status_code, SENTENCE in page.content.decode()) == (400, True)


def test_russian_readers_are_told_too() -> None:
    headers = {"Host": "evil.example", "Accept-Language": "ru"}
    assert "имен" in ASGIClient().get("/api/v1/profile", headers=headers).json()["detail"]
    page = Client().get("/", headers=headers).content.decode()
    assert '<html lang="ru">' in page
    assert "ALLOWED_HOSTS" in page


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("path", ["/", "/api/v1/profile"])
def test_the_log_has_one_short_line(
    path: str, debug: bool, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.DEBUG = debug
    client = ASGIClient() if path.startswith("/api/") else Client()
    client.get(path, headers={"Host": "x" * 5_000})
    (line,) = [record for record in caplog.records if record.name == LOGGER]
    assert line.getMessage().startswith("Invalid HTTP_HOST header: 'xxx")
    assert (len(line.getMessage()), line.exc_info) == (300, None)


@pytest.mark.django_db
def test_the_probes_answer_to_every_name() -> None:
    for path in ("/livez", "/readyz"):
        assert ASGIClient().get(path, headers={"Host": "10.1.2.3:8000"}).status_code == 200
