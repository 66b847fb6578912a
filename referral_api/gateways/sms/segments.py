"""How many SMS a text is: operators send it in segments, and bill each of them.

The alphabet is that of 3GPP TS 23.038 §6.2.1, its extension that of §6.2.1.1. The sizes of segments
follow from the 140 octets of 3GPP TS 23.040 §9.2.3.24.1, less 6 that join several of them.
"""

ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")  # each is two septets: an escape, and the character
SEPTETS = 160
SEPTETS_OF_SEVERAL = 153
UCS2_UNITS = 70
UCS2_UNITS_OF_SEVERAL = 67


def segments(text: str) -> int:
    """In GSM-7 where all characters are in its alphabet, or else in UCS-2."""
    if ALPHABET.union(EXTENSION).issuperset(text):
        sizes = [2 if character in EXTENSION else 1 for character in text]
        return segments_of(sizes, alone=SEPTETS, joined=SEPTETS_OF_SEVERAL)
    sizes = [len(character.encode("utf-16-be")) // 2 for character in text]
    return segments_of(sizes, alone=UCS2_UNITS, joined=UCS2_UNITS_OF_SEVERAL)


def segments_of(sizes: list[int], *, alone: int, joined: int) -> int:
    """Of characters of these sizes: no character is divided between two segments."""
    if sum(sizes) <= alone:
        return 1
    count = 1
    room = joined
    for size in sizes:
        if size > room:
            count += 1
            room = joined
        room -= size
    return count
