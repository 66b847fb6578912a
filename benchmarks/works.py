"""The works that are measured: what is asked, how its traces are removed, and how they are counted."""

from dataclasses import dataclass
from uuid import UUID

from benchmarks import requests
from benchmarks.data import BEGINNING, INVITERS, Stage

LANE = UUID(int=0)  # of strangers
# Whatever the runs write is younger than what the data began with.
FORGET_CODES = (
    "TRUNCATE referral_api_loginchallenge, referral_api_loginrequest, referral_api_wrongtries, referral_api_limitstate",
)
LAY_OUT_CODES = (
    *FORGET_CODES,
    "TRUNCATE referral_api_session",
    f"""INSERT INTO referral_api_loginchallenge
            (id, phone, lane, code_length, expires_at, renew_at, next_request_at, sends, shared_tries)
        SELECT md5(phone)::uuid, phone, '{LANE}', 4, at, at, at, 1, 3
          FROM referral_api_user, LATERAL (SELECT now() + interval '1 day' AS at) moment
         WHERE id BETWEEN %(first)s AND %(first)s + {requests.MOST} - 1""",
    "VACUUM ANALYZE referral_api_loginchallenge",
)
NEW_ACTIVATIONS = f"activated_at > {BEGINNING} + interval '5 years'"
FORGET_ACTIVATIONS = (
    f"DELETE FROM referral_api_activation WHERE {NEW_ACTIVATIONS}",
    f"""UPDATE referral_api_user SET invited_total = 0
         WHERE id BETWEEN {INVITERS[0]} AND {INVITERS[-1]} AND invited_total > 0""",
    "TRUNCATE referral_api_limitstate",
    "VACUUM referral_api_activation",
)


@dataclass(frozen=True)
class Work:
    key: str
    title: str
    build: requests.Builder
    status: int = 200
    once: bool = False  # each of its requests works once
    same_answer: bool = False  # all contenders answer the same, to the letter
    connections: int = 32
    delay: float = 0.0  # of the imitated SMS
    reset: tuple[str, ...] = ()
    written: str = ""  # counts what the requests have left behind, one row each
    most_rounds: int = 1_000
    only: str = ""  # this contender

    @property
    def group(self) -> str:
        """Works of one group are interleaved with one another."""
        return self.key.partition(".")[0]

    def prepare(self, stage: Stage) -> None:
        for statement in self.reset:
            stage.database.run(statement, {"first": stage.uninvited.start})

    def seconds(self, seconds: int) -> int:
        """Long enough for some turns of every connection."""
        return max(seconds, round(self.delay * 10))


COUNT_CODES = "SELECT count(*) FROM referral_api_loginrequest"
COUNT_ACTIVATIONS = f"SELECT count(*) FROM referral_api_activation WHERE {NEW_ACTIVATIONS}"
COUNT_SESSIONS = "SELECT count(*) FROM referral_api_session"

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
        202,
        True,
        reset=FORGET_CODES,
        written=COUNT_CODES,
    ),
    Work(
        "W3",
        "W3 code request, 1.5 s delay, 500 connections",
        requests.code_requests,
        202,
        True,
        connections=500,
        delay=1.5,
        reset=FORGET_CODES,
        written=COUNT_CODES,
        most_rounds=3,
    ),
    Work(
        "W4",
        "W4 activation of an invite",
        requests.activations,
        200,
        True,
        reset=FORGET_ACTIVATIONS,
        written=COUNT_ACTIVATIONS,
    ),
    Work("W5", "W5 login", requests.logins, 200, True, reset=LAY_OUT_CODES, written=COUNT_SESSIONS),
    Work("W6", "W6 /livez", requests.livez),
    Work("W7", "W7 list of invitees, a deep page", requests.deep_pages, same_answer=True),
)
