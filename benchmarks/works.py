"""The works that are measured: what is asked, how its traces are removed, and how they are counted."""

import sys
import time
from dataclasses import dataclass
from uuid import UUID

from benchmarks import requests
from benchmarks.data import BEGINNING, INVITERS, Population

LANE = UUID(int=0)  # of strangers
NEW_ACTIVATIONS = f"activated_at > {BEGINNING} + interval '5 years'"
# All that the runs write is younger than what the data began with.
FORGET_CODES = (
    "TRUNCATE referral_api_loginchallenge, referral_api_loginrequest, referral_api_wrongtries, referral_api_limitstate",
)
FORGET_ACTIVATIONS = (
    f"DELETE FROM referral_api_activation WHERE {NEW_ACTIVATIONS}",
    f"""UPDATE referral_api_user SET invited_total = 0
         WHERE id BETWEEN {INVITERS[0]} AND {INVITERS[-1]} AND invited_total > 0""",
    "TRUNCATE referral_api_limitstate",
    "VACUUM referral_api_activation",
    "VACUUM referral_api_user",
)
# A code for each of the users who log in, with a request of its own, as if they had just asked.
LAY_OUT_CODES = (
    *FORGET_CODES,
    "TRUNCATE referral_api_session",
    f"""INSERT INTO referral_api_loginchallenge
            (id, phone, lane, code_length, expires_at, renew_at, next_request_at, sends, shared_tries)
        SELECT md5(phone)::uuid, phone, '{LANE}', 4, at, at, at, 1, 3
          FROM referral_api_user, LATERAL (SELECT now() + interval '1 day' AS at) moment
         WHERE id BETWEEN %(first)s AND %(first)s + {requests.MOST} - 1""",
    """INSERT INTO referral_api_loginrequest (id, phone, lane, challenge_id, tries_left, expires_at)
        SELECT md5('request of ' || phone)::uuid, phone, lane, id, 3, expires_at
          FROM referral_api_loginchallenge""",
    "VACUUM ANALYZE referral_api_loginchallenge",
    "VACUUM ANALYZE referral_api_loginrequest",
)
ATTEMPTS = 20
QUIET_SECONDS = 0.2


@dataclass(frozen=True)
class Work:
    key: str
    title: str
    build: requests.Builder
    once: bool = False  # each of its requests works once
    same_answer: bool = False  # all contenders answer the same, to the letter
    checked: int = 1  # so many of its first requests are asked before anything is timed
    connections: int = 32
    delay: float = 0.0  # of the imitated SMS
    ends_after: int = 0  # requests; 0: the time alone ends a run
    reset: tuple[str, ...] = ()
    written: str = ""  # counts the rows that the requests have left behind
    writing: float = 1.0  # the share of its requests that leave a row
    most_rounds: int = 1_000
    only: str = ""  # this contender

    @property
    def group(self) -> str:
        """Works of one group are interleaved with one another."""
        return self.key.partition(".")[0]

    def prepare(self, population: Population) -> None:
        """Removes what earlier runs have written, until nothing more is written."""
        for _ in range(ATTEMPTS):
            for statement in self.reset:
                population.database.run(statement, {"first": population.uninvited.start})
            if not self.written:
                return
            time.sleep(QUIET_SECONDS)  # a request that an earlier run left behind would write now
            if self.rows_written(population) == 0:
                return
        sys.exit(f"{self.title}: a server still writes what an earlier run has asked.")

    def rows_written(self, population: Population) -> int:
        return int(population.database.value(self.written))

    def seconds(self, seconds: int) -> int:
        """Long enough for some turns of every connection."""
        return max(seconds, round(self.delay * 10))


# Codes that were laid out expire in a day, those that the servers make within minutes.
CODES = (
    "SELECT count(*) FROM referral_api_loginrequest WHERE expires_at < now() + interval '1 hour'"
)
ACTIVATIONS = f"SELECT count(*) FROM referral_api_activation WHERE {NEW_ACTIVATIONS}"
SESSIONS = "SELECT count(*) FROM referral_api_session"

WORKS = (
    Work("W1.10", "W1 profile, 10 invitees", requests.profile_of_ten, same_answer=True),
    Work(
        "W1.page",
        "W1 profile, 60 invitees: a full page",
        requests.profile_of_page,
        same_answer=True,
        only="ours",
    ),
    Work("W1.many", "W1 profile, 50,000 invitees", requests.profile_of_many, same_answer=True),
    Work(
        "W2",
        "W2 code request, no delay",
        requests.code_requests,
        once=True,
        reset=FORGET_CODES,
        written=CODES,
    ),
    Work(
        "W3",
        "W3 code request, 1.5 s delay, 500 connections",
        requests.code_requests,
        once=True,
        connections=500,
        delay=1.5,
        reset=FORGET_CODES,
        written=CODES,
        most_rounds=3,
    ),
    Work(
        "W4",
        "W4 activation of an invite",
        requests.activations,
        once=True,
        reset=FORGET_ACTIVATIONS,
        written=ACTIVATIONS,
    ),
    Work(
        "W5",
        "W5 login",
        requests.logins,
        once=True,
        reset=LAY_OUT_CODES,
        written=SESSIONS,
    ),
    Work("W6", "W6 /livez", requests.livez),
    Work("W7", "W7 list of invitees, a deep page", requests.deep_pages, same_answer=True),
    Work(
        "W8",
        "W8 mix: 60 % profile, 20 % code request, 15 % login, 5 % activation",
        requests.mix,
        once=True,
        checked=len(requests.MIX),
        reset=(*LAY_OUT_CODES, *FORGET_ACTIVATIONS),
        written=f"SELECT ({CODES}) + ({SESSIONS}) + ({ACTIVATIONS})",
        writing=0.4,
    ),
)
