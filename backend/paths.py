"""Which path belongs to whom: the API, the probes, or the pages. Everybody else asks here."""

API = "/api/"  # every version: an unknown one is refused with a Problem too
API_V1 = "/api/v1/"
LIVEZ = "/livez"
READYZ = "/readyz"
REDOC = "/api/v1/redoc"
SWAGGER = "/api/v1/docs"
ADMIN = "/admin/"

PROBES = frozenset({LIVEZ, READYZ})
DOCS = frozenset({REDOC, SWAGGER})  # pages, though they stand under /api/


def is_page(path: str) -> bool:
    """Whether MIDDLEWARE serves it; API_MIDDLEWARE serves the API and the probes."""
    if path in DOCS:
        return True
    return path not in PROBES and not path.startswith(API)


def is_admin(path: str) -> bool:
    """Whether it is one of the admin's pages, which are pages too."""
    return path.startswith(ADMIN)


def as_route(path: str) -> str:
    """As Django's `path()` wants it, without the first slash."""
    return path.removeprefix("/")
