"""Keys that the service does not take with DEBUG off: a stranger knows them, or can guess them."""

LEAST_DIFFERENT_CHARACTERS = 10  # 32 random hexadecimal digits have fewer once in 10,000 times
HOW_TO_MAKE_ONE = "make one of your own with `openssl rand -hex 32`"

# Everything that this repository has ever published as a SECRET_KEY or an OTP_PEPPER.
PUBLISHED = frozenset(
    {
        "development-only-not-a-secret-0123456789",
        "Ck9vQ2xL7eWm4Zt1RbYh8uDs5NfJpXa3GiVo6TqEw0BzKdPnMyAr2HcF",
        "of-the-benchmark-only-not-a-secret-0123456789",
        "of-the-benchmark-only-not-a-pepper-0123456789",
        "tests-only-not-a-secret-0123456789abcdef",
        "0123456789abcdef0123456789abcdef",
    }
)


def weakness_of(key: str) -> str | None:
    """What is wrong with a key, as the end of a sentence; None where nothing is seen.

    CWE-1394 (use of a default key) and OWASP ASVS 5.0 13.3.1 (no secret in the source).
    """
    # `docker run --env-file` keeps the quotes of a line.
    if key.strip().strip("\"'") in PUBLISHED:
        return f"is a published key, so that anybody can forge tokens: {HOW_TO_MAKE_ONE}"
    if len(set(key)) < LEAST_DIFFERENT_CHARACTERS:
        return (
            f"has fewer than {LEAST_DIFFERENT_CHARACTERS} different characters: {HOW_TO_MAKE_ONE}"
        )
    return None
