"""The functions of 0003 at two thirds of their cost: 1.7 → 1.1 ms of PostgreSQL's processor for a code request.

What made the difference:

- Plans are kept. PostgreSQL compares the cost of a general plan with that of one made for these parameters, guesses
  ten keys for an array of three, and so planned anew at each call; before version 18 it plans an SQL function at each
  call in any case. All are PL/pgSQL now, with `plan_cache_mode = force_generic_plan`. A general plan must not be one
  for the empty tables of the first day, so `enable_seqscan = off`: every statement looks rows up by a key.
- A limit is locked, made where it is missing, and charged by one upsert, and uncharged in the rare case that another
  caller was quicker: one statement instead of four.
"""

from importlib import import_module

from django.db import migrations

before = import_module("referral_api.migrations.0003_reserve_code_in_one_call")

KEPT_PLANS = "SET plan_cache_mode = force_generic_plan SET enable_seqscan = off"

# When one more unit of each limit would be allowed, as far as can be seen without a lock. A refusal is told from this
# alone: it writes nothing, waits for nobody, and so costs whoever floods the service less than it costs the others.
READ_LIMITS = """
CREATE OR REPLACE FUNCTION referral_api_read_limits(
    p_keys text[], p_steps interval[], p_refills interval[], p_now timestamptz
) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT max(greatest(l.tat, p_now) + wanted.step - wanted.refill)
              FROM unnest(p_keys, p_steps, p_refills) AS wanted (key, step, refill)
              JOIN referral_api_limit l ON l.key = wanted.key);
END $$
"""
# Takes one unit of each limit and says when it was allowed, and when one after it will be. The keys are locked in
# their order, so that no two callers wait for each other.
TAKE_LIMITS = """
CREATE FUNCTION referral_api_take_limits(
    p_keys text[], p_steps interval[], p_refills interval[], p_now timestamptz,
    OUT due timestamptz, OUT next_due timestamptz
) LANGUAGE plpgsql AS $$
BEGIN
    WITH wanted AS (
        SELECT * FROM unnest(p_keys, p_steps, p_refills) AS one (key, step, refill)
    ), taken AS (
        INSERT INTO referral_api_limit AS l (key, tat) SELECT key, p_now + step FROM wanted ORDER BY key
        ON CONFLICT (key) DO UPDATE SET tat = greatest(l.tat, p_now) + (excluded.tat - p_now)
        RETURNING l.key, l.tat
    )
    SELECT max(taken.tat - wanted.refill), max(taken.tat + wanted.step - wanted.refill)
      INTO due, next_due FROM taken JOIN wanted ON wanted.key = taken.key;
END $$
"""
GIVE_BACK_LIMITS = """
CREATE FUNCTION referral_api_give_back_limits(p_keys text[], p_steps interval[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE referral_api_limit l SET tat = l.tat - wanted.step
      FROM unnest(p_keys, p_steps) AS wanted (key, step) WHERE l.key = wanted.key;
END $$
"""
# Takes one unit of each limit if all allow it; the answer is not in the future exactly then.
SPEND_LIMITS = f"""
CREATE OR REPLACE FUNCTION referral_api_spend_limits(
    p_keys text[], p_steps interval[], p_refills interval[], p_now timestamptz
) RETURNS timestamptz LANGUAGE plpgsql {KEPT_PLANS} AS $$
DECLARE
    due timestamptz := referral_api_read_limits(p_keys, p_steps, p_refills, p_now);
BEGIN
    IF due > p_now THEN
        RETURN due;
    END IF;
    due := (referral_api_take_limits(p_keys, p_steps, p_refills, p_now)).due;
    IF due > p_now THEN
        PERFORM referral_api_give_back_limits(p_keys, p_steps);
    END IF;
    RETURN due;
END $$
"""
# Accepted where the limits allow it and there is no living code, or its next request is due: then a new code in the
# last quarter of the old one's life, else a resend of the same code. Otherwise nothing is spent or written, and
# `next_at` is when a request would be accepted. A new code's length grows with the wrong tries at the phone.
RESERVE_CODE = f"""
CREATE OR REPLACE FUNCTION referral_api_reserve_code(
    p_phone text, p_challenge_id uuid, p_request_id uuid, p_now timestamptz,
    p_expires_at timestamptz, p_renew_at timestamptz, p_resend_at timestamptz, p_tries integer, p_max_sends integer,
    p_length integer, p_growth_since date, p_growth_tries integer[], p_growth_digits integer[],
    p_keys text[], p_steps interval[], p_refills interval[]
) RETURNS TABLE (
    sent boolean, challenge_id uuid, code_length integer, expires_at timestamptz, next_at timestamptz
) LANGUAGE plpgsql {KEPT_PLANS} AS $$
#variable_conflict use_column
DECLARE
    limits record;
    code referral_api_loginchallenge;
BEGIN
    next_at := greatest(referral_api_read_limits(p_keys, p_steps, p_refills, p_now),
                        (SELECT next_request_at FROM referral_api_loginchallenge
                          WHERE phone = p_phone AND used_at IS NULL));
    IF next_at > p_now THEN
        sent := false;
        RETURN NEXT;
        RETURN;
    END IF;
    limits := referral_api_take_limits(p_keys, p_steps, p_refills, p_now);
    SELECT * INTO code FROM referral_api_loginchallenge WHERE phone = p_phone AND used_at IS NULL FOR UPDATE;
    IF limits.due > p_now OR code.next_request_at > p_now THEN  -- another request was quicker
        PERFORM referral_api_give_back_limits(p_keys, p_steps);
        sent := false;
        next_at := greatest(limits.due, code.next_request_at);
        RETURN NEXT;
        RETURN;
    END IF;
    IF code.renew_at > p_now THEN
        UPDATE referral_api_loginchallenge
           SET sends = sends + 1, shared_tries = shared_tries + p_tries,
               next_request_at = CASE WHEN sends + 1 < p_max_sends THEN least(p_resend_at, expires_at)
                                      ELSE expires_at END
         WHERE phone = p_phone RETURNING * INTO code;
    ELSE
        INSERT INTO referral_api_loginchallenge AS c
            (phone, challenge_id, code_length, expires_at, renew_at, next_request_at, sends, shared_tries, used_at)
        VALUES (p_phone, p_challenge_id,
                greatest(p_length, (SELECT max(step.digits)
                                      FROM unnest(p_growth_tries, p_growth_digits) AS step (tries, digits)
                                     WHERE step.tries <= (SELECT sum(tries) FROM referral_api_wrongtries
                                                           WHERE phone = p_phone AND day > p_growth_since))),
                p_expires_at, p_renew_at, least(p_resend_at, p_expires_at), 1, p_tries, NULL)
        ON CONFLICT (phone) DO UPDATE SET
            challenge_id = excluded.challenge_id, code_length = excluded.code_length,
            expires_at = excluded.expires_at, renew_at = excluded.renew_at,
            next_request_at = excluded.next_request_at, sends = 1, shared_tries = excluded.shared_tries, used_at = NULL
        RETURNING * INTO code;
    END IF;
    INSERT INTO referral_api_loginrequest (id, phone, challenge_id, tries_left, expires_at)
    VALUES (p_request_id, p_phone, code.challenge_id, p_tries, code.expires_at);
    RETURN QUERY SELECT true, code.challenge_id, code.code_length::integer, code.expires_at,
                        greatest(code.next_request_at, limits.next_due);
END $$
"""


def replaced(create: str, before: str) -> migrations.RunSQL:
    return migrations.RunSQL(create, before.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))


class Migration(migrations.Migration):
    dependencies = [("referral_api", "0004_spent_tokens_of_sessions")]
    operations = [
        replaced(READ_LIMITS, before.READ_LIMITS),
        migrations.RunSQL(TAKE_LIMITS, "DROP FUNCTION referral_api_take_limits"),
        migrations.RunSQL(GIVE_BACK_LIMITS, "DROP FUNCTION referral_api_give_back_limits"),
        replaced(SPEND_LIMITS, before.SPEND_LIMITS),
        replaced(RESERVE_CODE, before.RESERVE_CODE),
        migrations.RunSQL("DROP FUNCTION referral_api_lock_limits", before.LOCK_LIMITS),
        migrations.RunSQL("DROP FUNCTION referral_api_charge_limits", before.CHARGE_LIMITS),
    ]
