"""Templates of the SMS, as str.format fills them in."""

from string import Formatter

FILLED_IN = ("code", "service")


def checked_template(template: str) -> str:
    """ValueError says what cannot be filled in, or that the code is missing."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise ValueError(f"is no template ({error}): write {{{{ for a brace") from None
    names = set()
    for _text, name, form, conversion in parts:
        if name is None:  # text alone
            continue
        if name not in FILLED_IN or form or conversion:
            raise ValueError(f"has `{{{name}}}`: only {{code}} and {{service}} are filled in")
        names.add(name)
    if "code" not in names:
        raise ValueError("has no {code}")
    return template
