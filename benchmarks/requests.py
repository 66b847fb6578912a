"""What is asked in each work, prepared before the run and kept in a file that wrk's script reads."""

import base64
import json
import struct
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import md5
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from benchmarks.data import INVITERS, MANY, PAGE, TEN, Population
from benchmarks.database import BUILD
from benchmarks.environment import PEPPER, access_token
from referral_api.one_time_codes import one_time_code

MOST = 40_000  # of requests that work only once; a run that uses them up ends early, and is timed till then
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The order within each twenty requests of the mix: profile, code request, login, activation.
MIX = "PPCPPLPPCPPLPPCPPLCA"


class Request(NamedTuple):
    method: str
    path: str
    token: str = ""
    body: str = ""


Builder = Callable[[Population], Iterable[Request]]


@cache
def write(requests: Builder, population: Population, name: str) -> Path:
    folder = BUILD / "requests"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{population.users}.tsv"
    with path.open("w") as file:
        file.writelines(
            "\t".join(request) + "\n" for request in islice(requests(population), _most(population))
        )
    return path


def _most(population: Population) -> int:
    return min(population.pool or MOST, MOST)


def livez(population: Population) -> Iterator[Request]:
    yield Request("GET", "/livez")


def profile_of_ten(population: Population) -> Iterator[Request]:
    yield Request("GET", "/api/v1/profile", access_token(TEN))


def profile_of_page(population: Population) -> Iterator[Request]:
    yield Request("GET", "/api/v1/profile", access_token(PAGE))


def profile_of_many(population: Population) -> Iterator[Request]:
    yield Request("GET", "/api/v1/profile", access_token(MANY))


def deep_pages(population: Population) -> Iterator[Request]:
    """The pages of fifty behind nine tenths of the list."""
    token, statement = (
        access_token(MANY),
        (
            "SELECT activated_at, invited_user_id FROM referral_api_activation WHERE inviter_id = %s"
            " ORDER BY activated_at DESC, invited_user_id DESC LIMIT 20 OFFSET %s"
        ),
    )
    for activated_at, user_id in population.database.run(
        statement, [MANY, population.invitees * 9 // 10]
    ):
        packed = struct.pack(">qq", (activated_at - EPOCH) // timedelta(microseconds=1), user_id)
        cursor = base64.urlsafe_b64encode(packed).decode().rstrip("=")
        yield Request("GET", f"/api/v1/profile/invited-users?limit=50&cursor={cursor}", token)


def code_requests(population: Population) -> Iterator[Request]:
    """Every phone once, for a second code has to wait; nobody's, since that makes no difference."""
    for number in range(MOST):
        yield Request(
            "POST", "/api/v1/auth/code", body=_json(phone=f"+7917{number * 7368787 % 10**7:07d}")
        )


def activations(population: Population) -> Iterator[Request]:
    """Of uninvited users, spread over the inviters."""
    codes = _column(population, "invite_code", INVITERS)
    for number, user_id in enumerate(population.uninvited):
        body = _json(invite_code=codes[number % len(codes)])
        yield Request("POST", "/api/v1/profile/activate-invite", access_token(user_id), body)


def logins(population: Population) -> Iterator[Request]:
    """Of users that there are, with the codes and the requests that the work's reset lays out."""
    for phone in _column(population, "phone", population.uninvited[:MOST]):
        challenge = UUID(md5(phone.encode()).hexdigest())
        request_id = UUID(md5(f"request of {phone}".encode()).hexdigest())
        code = one_time_code(PEPPER.encode(), challenge, phone, 4)
        body = _json(phone=phone, code=code, request_id=str(request_id))
        yield Request("POST", "/api/v1/auth/login", body=body)


def mix(population: Population) -> Iterator[Request]:
    """What a service is asked in daily use, until the first kind has no more requests."""
    sources = {
        "P": cycle(profile_of_ten(population)),
        "C": code_requests(population),
        "L": logins(population),
        "A": activations(population),
    }
    for kind in cycle(MIX):
        request = next(sources[kind], None)
        if request is None:
            return
        yield request


def _column(population: Population, column: str, ids: range) -> list[str]:
    statement = f"SELECT {column} FROM referral_api_user WHERE id BETWEEN %s AND %s ORDER BY id"
    return [value for (value,) in population.database.run(statement, [ids[0], ids[-1]])]


def _json(**fields: str) -> str:
    return json.dumps(fields)
