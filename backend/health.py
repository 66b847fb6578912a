"""For load balancers and orchestrators."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from referral_api.database import in_one_unit


async def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; it asks nothing else, so that a database restart kills no worker."""
    return answer("ok\n")


async def readyz(request: HttpRequest) -> HttpResponse:
    """The service can work: its database answers too."""
    if await in_one_unit(database_answers):
        return answer("ok\n")
    response = answer("the database is away\n", status=503)
    response["Retry-After"] = "5"
    return response


def answer(text: str, *, status: int = 200) -> HttpResponse:
    """With its length. Without one it would be chunked, which HTTP/1.0 does not know."""
    response = HttpResponse(text, status=status, content_type="text/plain")
    response["Content-Length"] = str(len(response.content))
    return response


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
