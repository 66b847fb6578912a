"""What a request costs, as a ratio to a reference of the same minute, for machines differ.

The least of many short runs, in turn: what else the machine does can only add to a run. Statements
and connections are counted in test_connections.py, the rows that are read in
test_plans_at_scale.py.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

import jwt
import pytest
from django.core.handlers.asgi import ASGIHandler

from backend.asgi.api_handler import APIHandler
from referral_api.tests.support.asgi import exchange

pytestmark = pytest.mark.timing
ROUNDS, REQUESTS = 15, 20
Work = Callable[[], Awaitable[object]]


def ratio(work: Work, reference: Work) -> float:
    """Of the processor time of `work` to that of `reference`."""
    costs: dict[Work, list[float]] = {work: [], reference: []}

    async def measured() -> None:
        for _ in range(ROUNDS):
            for one, found in costs.items():
                began = time.process_time()
                for _ in range(REQUESTS):
                    await one()
                found.append(time.process_time() - began)

    asyncio.run(measured())
    return min(costs[work]) / min(costs[reference])


def request_to(handler: ASGIHandler, path: str) -> Work:
    headers = [(b"host", b"localhost"), (b"authorization", b"Bearer x")]
    scope = {"method": "GET", "path": path, "headers": headers}
    return lambda: exchange(handler, scope, {"type": "http.request", "body": b""})


def test_the_short_way_costs_a_fraction_of_djangos_own() -> None:
    assert ratio(request_to(APIHandler(), "/livez"), request_to(ASGIHandler(), "/livez")) < 0.15


def test_a_request_costs_less_than_forty_verified_signatures() -> None:
    """The reference is work of the same kind, and no code of ours: Python, objects, a hash."""
    key = "a key that is as long as the hash" * 2
    token = jwt.encode({"user_id": 1}, key, "HS256")

    async def verify() -> None:
        for _ in range(40):
            jwt.decode(token, key, ["HS256"])

    assert ratio(request_to(APIHandler(), "/livez"), verify) < 0.07
    assert ratio(request_to(APIHandler(), "/api/v1/profile"), verify) < 0.6
