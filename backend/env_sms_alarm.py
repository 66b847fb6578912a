"""SMS_ALARM: when a region gets codes that nobody confirms."""

import re
from typing import NamedTuple


class Alarm(NamedTuple):
    """`100:10`: at least 100 codes in an hour, of which less than 10 percent were confirmed.

    `off` has no codes.
    """

    sends: int
    percent: int

    @classmethod
    def parse(cls, text: object) -> object:
        if not isinstance(text, str):
            return text
        if text.strip() == "off":
            return cls(0, 0)
        match = re.fullmatch(r"([1-9]\d{0,8}):([1-9]\d?|100)", text.strip())
        if match is None:
            raise ValueError("is neither `off` nor CODES:PERCENT, such as 100:10")
        return cls(int(match[1]), int(match[2]))
