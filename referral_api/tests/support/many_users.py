"""The one generator of many users, inside PostgreSQL: a few thousand for one test, or a million."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F, Max
from rest_framework.authtoken.models import Token

from referral_api.models import (
    STRANGERS,
    ActivatedPhone,
    Activation,
    LimitState,
    LoginChallenge,
    LoginRequest,
    Session,
    User,
    WrongTries,
)
from referral_api.tests.support.clock import NOON

MILLION = 1_000_000
# Of these ids: invited 50,000; invited ten; invited nobody, and was not invited either.
STAR, FRIEND, LONER = 1, 2, 3
MODELS = (
    Activation,
    ActivatedPhone,
    User,
    Session,
    LoginChallenge,
    LoginRequest,
    LimitState,
    WrongTries,
    Token,
)
TABLES = frozenset(str(model._meta.db_table) for model in MODELS)

# A user's phone and code follow from their id, and no two ids have the same. Neighbours by id are
# far apart by phone and code, as newcomers are: the indexes fill in no order.
PREFIX = "+7920"
PHONE = f"'{PREFIX}' || lpad(mod(n::bigint * 7919, 10000000)::text, 7, '0')"
DIGITS, LETTERS = "23456789", "ABCDEFGHJKLMNPQRSTUVWXYZ"
PLACES = [(1, DIGITS), (8, LETTERS), *((192 * 32**place, DIGITS + LETTERS) for place in range(4))]
INVITE_CODE = " || ".join(
    f"substr('{alphabet}', 1 + mod(mixed / {unit}, {len(alphabet)}), 1)"
    for unit, alphabet in PLACES
)
USERS = f"""
INSERT INTO referral_api_user
       (id, password, is_superuser, phone, invite_code, invited_total, is_active, is_staff,
        date_joined)
SELECT n, '!' || repeat(chr(65 + mod(n, 26)), 40), false, {PHONE}, {INVITE_CODE},
       coalesce(invited.total, 0), true, false, %(now)s - interval '10 s' * (%(last)s - n)
  FROM (SELECT n, mod(n::bigint * 104729, {192 * 32**4})::int AS mixed
          FROM generate_series(%(first)s, %(last)s) n) numbers
  LEFT JOIN (SELECT inviter_id, count(*) AS total FROM referral_api_activation GROUP BY 1) invited
         ON inviter_id = n
"""
INVITED = """
INSERT INTO referral_api_activation (invited_user_id, inviter_id, activated_at)
SELECT n, %(inviter)s, %(now)s + (n - %(first)s) * %(apart)s
  FROM generate_series(%(first)s, %(last)s) n
"""
NEXT_ID = "SELECT setval(pg_get_serial_sequence('referral_api_user', 'id'), %s)"

# Of the million. Of each as much as `prune` finds once a day: most codes and limits are spent,
# most sessions are not.
ACTIVATIONS = f"""
INSERT INTO referral_api_activation (invited_user_id, inviter_id, activated_at)
SELECT n,
       CASE WHEN n <= 51000 THEN {STAR} WHEN n <= 51010 THEN {FRIEND} ELSE 10 + mod(n, 100000) END,
       %(now)s - (700000 - n) * interval '10 s'
  FROM generate_series(1001, 700000) n
"""
WHAT_USERS_LEAVE = f"""
INSERT INTO referral_api_session
       (id, user_id, current_token, created_at, expires_at)
SELECT md5('session' || n)::uuid, n, md5('token' || n)::uuid,
       %(now)s - interval '30 days', %(now)s + (n - 10000) * interval '10 s'
  FROM generate_series(1, 300000) n;

INSERT INTO referral_api_loginchallenge
       (id, phone, lane, code_length, expires_at, renew_at, next_request_at, sends,
        shared_tries, used_at)
SELECT md5('code' || n)::uuid, {PHONE}, '{STRANGERS}', 4, at, at, at, 1, 3, at
  FROM (SELECT n, %(now)s + (n - 99000) * interval '0.3 s' AS at
          FROM generate_series(1001, 100000) n) numbers;

INSERT INTO referral_api_loginrequest (id, phone, lane, challenge_id, tries_left, expires_at)
SELECT md5('request' || n)::uuid, {PHONE}, '{STRANGERS}', md5('code' || n)::uuid, 3,
       %(now)s + (n - 99000) * interval '2 s'
  FROM generate_series(1001, 100000) n;

INSERT INTO referral_api_limitstate (key, spent_until)
SELECT 'sms:phone:5/18000:' || md5({PHONE}), %(now)s + (n - 95000) * interval '1 s'
  FROM generate_series(1001, 100000) n;

INSERT INTO referral_api_wrongtries (phone, lane, day, tries)
SELECT {PHONE}, '{STRANGERS}', (%(now)s - mod(n, 190) * interval '1 day')::date, 1
  FROM generate_series(1001, 100000) n;

INSERT INTO referral_api_activatedphone (digest, kept_until)
SELECT md5('digest' || n), %(now)s + n * interval '1 s' FROM generate_series(1, 20000) n;

INSERT INTO authtoken_token (key, user_id, created)
SELECT md5('key' || n) || '00000000', n, %(now)s FROM generate_series(1001, 20000) n
"""
# The foreign keys first, for they may rest on the unique ones.
CONSTRAINTS = """
SELECT relname, conname, pg_get_constraintdef(c.oid)
  FROM pg_constraint c JOIN pg_class t ON t.oid = conrelid
 WHERE contype IN ('f', 'u') AND relname = ANY(%s)
 ORDER BY contype
"""


def invite(inviter_phone: str, size: int, *, apart: timedelta = timedelta(seconds=1)) -> None:
    """So many new users, who activated the inviter's code one after another, the first at noon."""
    inviter = User.objects.get(phone=inviter_phone)
    first = 1 + User.objects.aggregate(newest=Max("pk"))["newest"]
    last = first + size - 1
    numbers: dict[str, Any] = {
        "now": NOON,
        "inviter": inviter.pk,
        "first": first,
        "last": last,
        "apart": apart,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{INVITED}; {USERS}", numbers)
        cursor.execute(NEXT_ID, [last])
    User.objects.filter(pk=inviter.pk).update(invited_total=F("invited_total") + size)


@contextmanager
def a_million_users(now: datetime) -> Iterator[None]:
    """In one transaction, which is rolled back.

    After TRUNCATE the rows are in files of their own, and go with them.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            _fill(cursor, now)
        yield
        transaction.set_rollback(True)


def _fill(cursor: CursorWrapper, now: datetime) -> None:
    cursor.execute(CONSTRAINTS, [list(TABLES)])
    constraints = cursor.fetchall()
    cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    for table, name, _definition in constraints:  # a million rows are checked in one go below
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    numbers: dict[str, Any] = {"now": now, "first": 1, "last": MILLION}
    cursor.execute(f"{ACTIVATIONS}; {USERS}; {WHAT_USERS_LEAVE}", numbers)
    for table, name, definition in reversed(constraints):
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    cursor.execute(NEXT_ID, [MILLION])
    cursor.execute(f"ANALYZE {', '.join(TABLES)}")


def phone(number: int) -> str:
    """Of the user with this id."""
    return f"{PREFIX}{number * 7919 % 10_000_000:07}"
