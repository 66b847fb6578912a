"""The session of staff in the admin: its cookies, its end, and a form that is not accepted."""

import re
from datetime import timedelta

import httpx
import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from referral_api.models import User
from referral_api.tests.support.servers import database_url, live_server

PHONE, PASSWORD = "+79169999999", "correct horse battery staple"
FORM = {"username": PHONE, "password": PASSWORD, "next": "/admin/"}


@pytest.fixture
def staff(settings: Settings, db: None) -> Client:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    User.objects.create_superuser(PHONE, PASSWORD)
    client = Client()
    client.post("/admin/login/", FORM)
    return client


def comes_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_a_session_ends_eight_hours_after_its_last_request(
    clock: time_machine.Traveller, staff: Client
) -> None:
    for _request in range(3):
        clock.shift(timedelta(hours=7))
        assert comes_in(staff)
    clock.shift(timedelta(hours=8, seconds=1))
    assert not comes_in(staff)


def test_a_session_ends_with_the_browser(staff: Client) -> None:
    cookie = staff.cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"], cookie["httponly"]) == ("", "", True)


def test_a_visitor_gets_no_session(db: None) -> None:
    client = Client()
    client.get("/")
    assert client.cookies == {}


def cookies_of_a_login(client: httpx.Client) -> list[str]:
    """Of the form, and of its answer. The client is no browser: it sends no Secure cookie."""
    page = client.get("/admin/login/")
    csrf = page.headers["Set-Cookie"]
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    headers = {"Origin": f"https://{page.url.netloc.decode()}", "Cookie": csrf.split(";")[0]}
    form = {**FORM, "csrfmiddlewaretoken": token}
    answer = client.post("/admin/login/", data=form, headers=headers)
    assert answer.status_code == 302
    return [csrf, *answer.headers.get_list("Set-Cookie")]


@pytest.mark.django_db(transaction=True)
def test_by_https_the_cookies_belong_to_this_very_host() -> None:
    User.objects.create_superuser(PHONE, PASSWORD)
    public = {"PUBLIC_URL": "https://referral.example", "TRUSTED_PROXIES": 1}
    by_https = {"X-Forwarded-Proto": "https"}
    with (
        live_server(database_url(), **public) as server,
        httpx.Client(base_url=server.url, headers=by_https, timeout=60, trust_env=False) as client,
    ):
        cookies = cookies_of_a_login(client)
    names = {cookie.partition("=")[0] for cookie in cookies}
    assert names == {"__Host-csrftoken", "__Host-sessionid", "__Secure-staff_browser"}
    for cookie in cookies:
        path = "Path=/" if cookie.startswith("__Host-") else "Path=/admin/"
        assert {"Secure", "HttpOnly", path} <= set(cookie.split("; "))
        assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("public_url", "origin", "sentence"),
    [
        ("https://referral.example", "https://referral.example", "sets TRUSTED_PROXIES"),
        ("http://testserver", "https://elsewhere.example", "adds it to CSRF_TRUSTED_ORIGINS"),
        ("http://testserver", "http://testserver", "reload the page"),
    ],
)
def test_a_form_that_is_not_accepted_says_what_to_do(
    public_url: str, origin: str, sentence: str, settings: Settings
) -> None:
    settings.PUBLIC_URL = public_url
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/admin/login/", FORM, headers={"Origin": origin})
    assert answer.status_code == 403
    assert sentence in answer.content.decode()
    assert "elsewhere.example" not in answer.content.decode()
