"""Which requests are the API's, which are the probes', and which are pages."""

DOCS = frozenset({"/api/v1/redoc", "/api/v1/docs"})  # pages, though under /api/
PROBES = frozenset({"/livez", "/readyz"})


def is_api(path: str) -> bool:
    return path.startswith("/api/") and path not in DOCS


def is_page(path: str) -> bool:
    return not is_api(path) and path not in PROBES
