"""Users by the hundred thousand, made inside PostgreSQL in seconds, and kept for the next time.

The ids tell who is who: one user invited ten people, one a full page of them, and one up to 50,000; the inviters of W4
come next, then the invited; the others were invited by nobody yet.
"""

import subprocess
import sys
from dataclasses import dataclass

from benchmarks.database import ROOT, Database, administration
from benchmarks.environment import environment

LEAST_USERS = 1_000
LAYOUT = 2  # count it up with every change of the data: older databases are then made anew
TEN, PAGE, MANY, THEIR_INVITER = 1, 2, 3, 4
INVITERS = range(5, 205)
FIRST_OF_TEN = INVITERS.stop
FIRST_OF_PAGE = FIRST_OF_TEN + 10
FIRST_OF_MANY = FIRST_OF_PAGE + 60
BEGINNING = "'2020-01-01T00:00:00.123456Z'::timestamptz"

# Neighbours by number are far apart by phone and code, as newcomers are: the indexes fill in no order.
PHONE = "'+7916' || lpad(mod(n::bigint * 7368787, 10000000)::text, 7, '0')"
DIGITS, LETTERS = "23456789", "ABCDEFGHJKLMNPQRSTUVWXYZ"
PLACES = [(1, DIGITS), (8, LETTERS), *((192 * 32**place, DIGITS + LETTERS) for place in range(4))]
CODE = " || ".join(
    f"substr('{base}', 1 + mod(mixed / {unit}, {len(base)})::int, 1)" for unit, base in PLACES
)
USERS = f"""
INSERT INTO referral_api_user
    (id, password, is_superuser, phone, invite_code, invited_total, is_active, is_staff, date_joined)
SELECT n, '!' || repeat('x', 40), false, {PHONE}, {CODE},
       CASE n WHEN {TEN} THEN 10 WHEN {PAGE} THEN 60 WHEN {MANY} THEN %(invitees)s WHEN {THEIR_INVITER} THEN 3
              ELSE 0 END,
       true, false, {BEGINNING} + n * interval '1 s'
  FROM (SELECT n, mod(n::bigint * 104729, {192 * 32**4}) AS mixed FROM generate_series(1, %(users)s) n) numbers
"""
ACTIVATIONS = f"""
INSERT INTO referral_api_activation (invited_user_id, inviter_id, activated_at)
SELECT n, CASE WHEN n <= {MANY} THEN {THEIR_INVITER} WHEN n < {FIRST_OF_PAGE} THEN {TEN}
               WHEN n < {FIRST_OF_MANY} THEN {PAGE} ELSE {MANY} END,
       {BEGINNING} + interval '1 year' + n * interval '1 s'
  FROM generate_series(1, %(last)s) n WHERE n <= {MANY} OR n >= {FIRST_OF_TEN}
"""
TABLES = tuple(
    f"referral_api_{name}"
    for name in (
        "user",
        "activation",
        "loginchallenge",
        "loginrequest",
        "session",
        "limitstate",
        "wrongtries",
    )
)


@dataclass(frozen=True)
class Population:
    """A filled database; `pool` is how many requests that work only once may be prepared on it."""

    users: int
    database: Database
    pool: int | None = None

    @property
    def invitees(self) -> int:
        return invitees_of(self.users)

    @property
    def uninvited(self) -> range:
        return range(FIRST_OF_MANY + self.invitees, self.users + 1)


def invitees_of(users: int) -> int:
    return min(50_000, users // 4)


def prepare(users: int, pool: int | None = None) -> Population:
    name, manager = f"benchmark_{LAYOUT}_{users}", administration()
    if not manager.has(name):
        _make(manager, name, users)
    _migrate(name)
    manager.close()
    return Population(users, Database(name), pool)


def _make(manager: Database, name: str, users: int) -> None:
    """Under another name until it is whole."""
    print(f"Making {users:,} users …", flush=True)
    unfinished = f"{name}_unfinished"
    manager.create(unfinished)
    _migrate(unfinished)
    database = Database(unfinished)
    _fill(database, users)
    database.close()
    manager.run(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')


def _migrate(name: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    database = Database(name)
    subprocess.run(command, cwd=ROOT, env=environment(database.url), check=True)
    database.close()


def _fill(database: Database, users: int) -> None:
    invitees = invitees_of(users)
    parameters = {"users": users, "invitees": invitees, "last": FIRST_OF_MANY + invitees - 1}
    for statement in (USERS, ACTIVATIONS):
        database.run(statement, parameters)
    database.run("SELECT setval(pg_get_serial_sequence('referral_api_user', 'id'), %s)", [users])
    for table in TABLES:  # vacuumed between the runs instead, where it disturbs nobody
        database.run(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
        database.run(f"VACUUM ANALYZE {table}")
    database.run("CHECKPOINT")
