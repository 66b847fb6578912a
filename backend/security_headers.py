"""The headers that SecurityMiddleware gives the pages, for all that does not pass it.

That is the API, the probes, and static files. Each is made once, and not for each request.
"""

from wsgiref.headers import Headers

from django.conf import settings

# RFC 9110 §8.3 lets a client guess the type of a body; this forbids it (OWASP ASVS 5.0 3.4.4).
NOSNIFF = {"X-Content-Type-Options": "nosniff"}
# No answer of the API is a page: nothing in it is run, and no page may show it (ASVS 3.4.3, 3.4.6).
NO_PAGE = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}


def transport_security() -> dict[str, str]:
    """Strict-Transport-Security as SecurityMiddleware writes it; empty where there is no https."""
    if not settings.SECURE_HSTS_SECONDS:
        return {}
    value = f"max-age={settings.SECURE_HSTS_SECONDS}"
    if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
        value += "; includeSubDomains"
    if settings.SECURE_HSTS_PRELOAD:
        value += "; preload"
    return {"Strict-Transport-Security": value}


def add_to_static_file(headers: Headers, path: str, url: str) -> None:
    """Of servestatic, for each file at the start.

    The request is not known then. A browser ignores Strict-Transport-Security over http://
    (RFC 6797 §8.1).
    """
    for name, value in (NOSNIFF | transport_security()).items():
        headers[name] = value
