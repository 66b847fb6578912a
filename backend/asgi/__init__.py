"""The application of the service: `backend.asgi:application`.

What happens to a request, in this order:

1. `protocol.Protocol`, which the server (uvicorn) calls with what comes from the socket, reads the
   head within bounds of size and time, refuses what is not HTTP, and calls `application`. The
   server trusts no forwarded header; only networks.py and SECURE_PROXY_SSL_HEADER do
   (TRUSTED_PROXIES).
2. `body_limit.BodyLimit` keeps no body that is too large. Django would first write all of it to the
   disk.
3. `page_threads.ByPath` asks paths.py whose request it is. A page goes to Django's
   own handler with MIDDLEWARE, and keeps one thread until its answer is made: Django goes to that
   thread and back many times. The admin has a thread of its own, because passwords are slow to
   check. A request to the API or to a probe goes on, without a thread.
4. `api_handler.APIHandler` makes Django's request of it. It leaves out what such a request does not
   need, because each of these things costs more than most of our views.
5. API_MIDDLEWARE: CORS where an origin is allowed, then `ProblemMiddleware`, which chooses the
   language, refuses an unknown host and, where we are public over https, a request over http, and
   gives every answer its headers.
6. Ninja (api.py, urls.py): who is calling, which fields are wrong, and then the view.
7. The view calls the domain through one unit of work, which has a connection to PostgreSQL for as
   long as it runs. It waits for PostgreSQL on the event loop, beside all others
   (`database_units.DatabaseUnits`), and not without end. While an SMS is sent, no connection is
   held.
8. The answer goes back through 5, 4 and 1. A client that has left changes nothing: the work is
   done.

wsgi.py has the same two stacks of middleware, without 1 to 4: its server sets the bounds of 1.
"""

import gc
import os

import django
from django.apps import apps
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler

from backend.asgi import database_units
from backend.asgi.api_handler import APIHandler
from backend.asgi.body_limit import BodyLimit
from backend.asgi.database_units import DatabaseUnits
from backend.asgi.interface import ASGIApp
from backend.asgi.page_threads import ByPath, PageThreads, Threads, Units

PAGE_THREADS = 4  # in turn, they serve what is quick: pages without the database


def application_on(threads: Threads, units: Units) -> ASGIApp:
    """The whole way of a request. Django must be set up."""
    by_path = ByPath(api=APIHandler(), pages=ASGIHandler(), threads=threads, units=units)
    return BodyLimit(
        by_path,
        api=settings.API_MAX_BODY_BYTES,
        pages=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    )


def tune_garbage_collection() -> None:
    """Start-up made objects that stay until the end. The collector need not look at them again.

    It would do so in the middle of a request (99th percentile 72 ms, with this 18 ms). A last look
    before is not worth its time: of a hundred thousand objects, not a hundred are garbage.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
if not apps.ready:
    django.setup(set_prefix=False)
database_units.install()
application = application_on(
    PageThreads(PAGE_THREADS, settings.DATABASE_WAIT_SECONDS),
    DatabaseUnits(settings.DATABASE_CONNECTIONS, settings.DATABASE_WAIT_SECONDS),
)
tune_garbage_collection()
