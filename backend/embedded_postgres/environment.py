"""The variables of PostgreSQL's clients, such as PGHOSTADDR and PGSERVICE, name other servers."""

import os


def forget_client_variables() -> None:
    """Take them out of this process, and so out of its children too.

    libpq reads them at each connect. A parameter that is given beats its variable, but PGSERVICE
    is read in any case, and the next release of libpq may know more of them.
    """
    for name in tuple(os.environ):
        if name.startswith("PG"):
            del os.environ[name]
