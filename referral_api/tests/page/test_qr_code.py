"""The invite link as a picture, and the pages that may write styles inline."""

import pytest
from django.test import Client


def test_every_wellformed_code_has_a_picture_without_a_look_up(client: Client) -> None:
    response = client.get("/i/K7M2PX/qr.svg")  # this test has no database
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"] == "public, max-age=86400"
    assert b'fill="#fff"' in response.content  # its quiet zone, also on a dark page


@pytest.mark.parametrize("code", ["k7m2px", "K7M2P", "K7M2PXX", "O0I1AB", "K7M2P%0A"])
def test_a_text_that_is_no_invite_code_has_none(client: Client, code: str) -> None:
    assert client.get(f"/i/{code}/qr.svg").status_code == 404


def test_only_the_docs_pages_may_write_styles_inline(client: Client) -> None:
    paths = ["/", "/i/K7M2PX/qr.svg", "/api/v1/docs", "/api/v1/redoc"]
    policies = {path: client.get(path)["Content-Security-Policy"] for path in paths}
    assert [path for path in paths if "unsafe" in policies[path]] == [
        "/api/v1/docs",
        "/api/v1/redoc",
    ]
    assert all("script-src 'self'" in policy for policy in policies.values())
