"""What a person typed or copied, in the characters that are meant. It imports nothing of ours."""

import unicodedata

MINUS_SIGN = "\u2212"  # a mathematical sign for Unicode, a dash for those who copy it


def folded(text: str) -> str:
    """`+٧٩١٦ 123–45` → `+7916 123-45`: phones and codes are copied from everywhere.

    Invisible characters (Unicode Cf) go. Every space (Zs) is a space, every dash (Pd) and the minus
    sign a hyphen, every decimal digit (Nd) its ASCII digit. The rest stays as it is.
    """
    if text.isascii():
        return text
    return "".join(folded_character(character) for character in text)


def folded_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category == "Zs":
        return " "
    if category == "Pd" or character == MINUS_SIGN:
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return character
