"""For load balancers and orchestrators."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from referral_api.database import in_one_unit, takes_writes


async def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; it asks nothing else, so that a database restart kills no worker."""
    return HttpResponse("ok\n", content_type="text/plain")


async def readyz(request: HttpRequest) -> HttpResponse:
    """The service can work: its database answers and takes writes."""
    problem = ""
    try:
        if not await in_one_unit(takes_writes):
            problem = "the database takes no writes\n"
    except DatabaseError:
        problem = "the database is away\n"
    if not problem:
        return HttpResponse("ok\n", content_type="text/plain")
    return HttpResponse(
        problem, status=503, content_type="text/plain", headers={"Retry-After": "5"}
    )
