"""For load balancers and orchestrators."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from referral_api.database import in_one_unit


async def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; it asks nothing else, so that a database restart kills no worker."""
    return HttpResponse("ok\n", content_type="text/plain")


async def readyz(request: HttpRequest) -> HttpResponse:
    """The service can work: its database answers too."""
    if await in_one_unit(database_answers):
        return HttpResponse("ok\n", content_type="text/plain")
    return HttpResponse(
        "the database is away\n",
        status=503,
        content_type="text/plain",
        headers={"Retry-After": "5"},
    )


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
