"""For load balancers and orchestrators."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from referral_api.database import in_one_unit, takes_writes


async def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; it asks nothing else, so that a database restart kills no worker."""
    return answer("ok\n")


async def readyz(request: HttpRequest) -> HttpResponse:
    """The service can work: its database answers and takes writes."""
    problem = ""
    try:
        if not await in_one_unit(takes_writes):
            problem = "the database takes no writes\n"
    except DatabaseError:
        problem = "the database is away\n"
    if not problem:
        return answer("ok\n")
    response = answer(problem, status=503)
    response["Retry-After"] = "5"
    return response


def answer(text: str, *, status: int = 200) -> HttpResponse:
    """With its length. Without one it would be chunked, which HTTP/1.0 does not know."""
    response = HttpResponse(text, status=status, content_type="text/plain")
    response["Content-Length"] = str(len(response.content))
    return response
