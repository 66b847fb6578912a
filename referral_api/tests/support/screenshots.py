"""Draws the pictures of the documents from a running service: `make run`, then this.

python -m referral_api.tests.support.screenshots [http://127.0.0.1:8000]

The service must show its codes (it does in development). It gets three users with random numbers.
"""

import secrets
import sys
from pathlib import Path

from playwright.sync_api import Browser

from referral_api.tests.support.browser import Person, chromium

PICTURES = Path(__file__).resolve().parents[2] / "web/screenshots"
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


def draw(browser: Browser, home: str) -> None:
    alice = Person(browser, home).open().log_in(some_phone())
    code, session = (
        alice.text_of("#own-code"),
        alice.page.evaluate("sessionStorage.getItem('referral-api')"),
    )
    Person(browser, home).open(f"/i/{code}").log_in(some_phone())
    for scheme in ("light", "dark"):
        for device, viewport in SIZES.items():
            look = {
                "color_scheme": scheme,
                "viewport": viewport,
                "device_scale_factor": 2,
                "reduced_motion": "reduce",
            }
            guest = Person(browser, home, **look).open(f"/i/{code}")
            if (scheme, device) == ("light", "desktop"):
                guest.ask_for_code(some_phone())
                picture(guest, "code-light-desktop")
            else:
                picture(guest, f"login-{scheme}-{device}")
            host = Person(browser, home, **look)
            host.context.add_init_script(f"sessionStorage.setItem('referral-api', {session!r})")
            host.open().sees_heading("Your profile")
            host.page.locator("#qr").evaluate("image => image.decode()")
            picture(host, f"profile-{scheme}-{device}", full_page=True)


def picture(person: Person, name: str, *, full_page: bool = False) -> None:
    person.page.screenshot(path=PICTURES / f"{name}.png", full_page=full_page)


def some_phone() -> str:
    return f"+7916{secrets.randbelow(9_000_000) + 1_000_000}"


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    with chromium() as browser:
        draw(browser, (sys.argv[1] if sys.argv[1:] else "http://127.0.0.1:8000").rstrip("/"))
