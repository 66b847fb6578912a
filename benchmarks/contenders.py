"""Who takes part, and how each is started: as its own users start it, on one worker."""

import sys
from dataclasses import dataclass

UVICORN = "-m uvicorn {} --host 127.0.0.1 --port {{port}} --loop uvloop --http httptools --no-access-log --log-level warning"
GUNICORN = (
    "-m gunicorn benchmarks.rivals.drf_app.wsgi:application --bind 127.0.0.1:{port} --workers 1 --worker-class sync"
    " --log-level warning --graceful-timeout 2"
)


@dataclass(frozen=True)
class Contender:
    key: str
    label: str
    arguments: str  # of Python
    most_rounds: int = 1_000

    def command(self, port: int) -> list[str]:
        return [sys.executable, *self.arguments.format(port=port).split()]


OURS = Contender("ours", "this service", "manage.py serve")
FLOOR = Contender("floor", "raw ASGI + asyncpg", UVICORN.format("benchmarks.rivals.floor:app"))
FASTAPI = Contender(
    "fastapi", "FastAPI + asyncpg", UVICORN.format("benchmarks.rivals.fastapi_app:app")
)
# Several times slower than the others, by far more than the noise: a few rounds say enough.
DRF = Contender("drf", "DRF + gunicorn", GUNICORN, most_rounds=3)
CONTENDERS = {contender.key: contender for contender in (OURS, FLOOR, FASTAPI, DRF)}
