"""Regions of phone numbers, as libphonenumber names them: ISO 3166 alpha-2."""

import re

from phonenumbers import SUPPORTED_REGIONS

EVERY_REGION = "*"
MEANT = {"UK": "GB"}  # the one wrong code that is better known than the right one


def checked_region(written: str) -> str:
    """In capital letters; ValueError names the region that was meant, or the form."""
    region = written.upper()
    if region in SUPPORTED_REGIONS:
        return region
    if region in MEANT:
        raise ValueError(f"has `{written}`, which is no region: write `{MEANT[region]}`")
    raise ValueError(
        f"has `{written}`, which is no region: write an ISO 3166 code of two letters, "
        f"such as `{right_form_of(region)}`"
    )


def checked_regions(written: tuple[str, ...]) -> tuple[str, ...]:
    """As PHONE_REGIONS has them; with `*` among them, all are meant."""
    regions = tuple(checked_region(region) for region in written if region != EVERY_REGION)
    return (EVERY_REGION,) if EVERY_REGION in written else regions


def right_form_of(region: str) -> str:
    parts = dict.fromkeys(re.findall(r"[A-Z]+", region))
    if parts and SUPPORTED_REGIONS.issuperset(parts):
        return ",".join(parts)
    return "RU"
