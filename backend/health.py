"""For load balancers and orchestrators."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from referral_api.services.unit_of_work import unit_of_work


async def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; it asks nothing else, so that a database restart kills no worker."""
    return HttpResponse("ok\n", content_type="text/plain")


async def readyz(request: HttpRequest) -> HttpResponse:
    """The service can work: its database answers too."""
    if await _database_answers():
        return HttpResponse("ok\n", content_type="text/plain")
    return HttpResponse(
        "the database is away\n",
        status=503,
        content_type="text/plain",
        headers={"Retry-After": "5"},
    )


@unit_of_work
def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
