"""The limits and the reservation of a code as functions of PostgreSQL.

One call is one round trip, and unlike a statement sent as text its plans are kept by the session, also behind
PgBouncer. To change one, add a migration with CREATE OR REPLACE.
"""

from django.db import migrations

# When one more unit of each limit would be allowed, as far as can be seen without a lock. A refusal is told from this
# alone: it writes nothing, waits for nobody, and so costs whoever floods the service less than it costs the others.
READ_LIMITS = """
CREATE FUNCTION referral_api_read_limits(
    p_keys text[], p_steps interval[], p_refills interval[], p_now timestamptz
) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT max(greatest(l.tat, p_now) + wanted.step - wanted.refill)
      FROM unnest(p_keys, p_steps, p_refills) AS wanted (key, step, refill)
      JOIN referral_api_limit l ON l.key = wanted.key
$$
"""
# Locks the limits and says when one more unit of each would be allowed, and when one after that. The keys come sorted,
# so that no two callers wait for each other; the loop makes missing rows, and makes them again if `prune` was quicker.
LOCK_LIMITS = """
CREATE FUNCTION referral_api_lock_limits(
    p_keys text[], p_steps interval[], p_refills interval[], p_now timestamptz,
    OUT due timestamptz, OUT next_due timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    locked integer;
BEGIN
    LOOP
        SELECT max(one.due), max(one.due + one.step), count(*) INTO due, next_due, locked
          FROM (SELECT greatest(l.tat, p_now) + wanted.step - wanted.refill AS due, wanted.step
                  FROM unnest(p_keys, p_steps, p_refills) AS wanted (key, step, refill)
                  JOIN referral_api_limit l ON l.key = wanted.key
                 ORDER BY l.key FOR UPDATE OF l) one;
        EXIT WHEN locked = cardinality(p_keys);
        INSERT INTO referral_api_limit (key, tat) SELECT unnest(p_keys), p_now ON CONFLICT DO NOTHING;
    END LOOP;
END $$
"""
# Takes one unit of each limit; the caller holds their locks, and has seen that all allow it.
CHARGE_LIMITS = """
CREATE FUNCTION referral_api_charge_limits(p_keys text[], p_steps interval[], p_now timestamptz)
RETURNS void LANGUAGE sql AS $$
    UPDATE referral_api_limit l SET tat = greatest(l.tat, p_now) + wanted.step
      FROM unnest(p_keys, p_steps) AS wanted (key, step) WHERE l.key = wanted.key
$$
"""
# Takes one unit of each limit if all allow it; the answer is not in the future exactly then.
SPEND_LIMITS = """
CREATE FUNCTION referral_api_spend_limits(
    p_keys text[], p_steps interval[], p_refills interval[], p_now timestamptz
) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
    limits record;
    seen timestamptz := referral_api_read_limits(p_keys, p_steps, p_refills, p_now);
BEGIN
    IF seen > p_now THEN
        RETURN seen;
    END IF;
    SELECT * INTO limits FROM referral_api_lock_limits(p_keys, p_steps, p_refills, p_now);
    IF limits.due <= p_now THEN
        PERFORM referral_api_charge_limits(p_keys, p_steps, p_now);
    END IF;
    RETURN limits.due;
END $$
"""
# Accepted where the limits allow it and there is no living code, or its next request is due: then a new code in the
# last quarter of the old one's life, else a resend of the same code. Otherwise nothing is spent or written, and
# `next_at` is when a request would be accepted. A new code's length grows with the wrong tries at the phone.
RESERVE_CODE = """
CREATE FUNCTION referral_api_reserve_code(
    p_phone text, p_challenge_id uuid, p_request_id uuid, p_now timestamptz,
    p_expires_at timestamptz, p_renew_at timestamptz, p_resend_at timestamptz, p_tries integer, p_max_sends integer,
    p_length integer, p_growth_since date, p_growth_tries integer[], p_growth_digits integer[],
    p_keys text[], p_steps interval[], p_refills interval[]
) RETURNS TABLE (
    sent boolean, challenge_id uuid, code_length integer, expires_at timestamptz, next_at timestamptz
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    limits record;
    code referral_api_loginchallenge;
    wrong bigint;
    refused_until timestamptz;
BEGIN
    SELECT greatest(referral_api_read_limits(p_keys, p_steps, p_refills, p_now), max(next_request_at))
      INTO refused_until FROM referral_api_loginchallenge WHERE phone = p_phone AND used_at IS NULL;
    IF refused_until > p_now THEN
        RETURN QUERY SELECT false, NULL::uuid, NULL::integer, NULL::timestamptz, refused_until;
        RETURN;
    END IF;
    SELECT * INTO limits FROM referral_api_lock_limits(p_keys, p_steps, p_refills, p_now);
    SELECT * INTO code FROM referral_api_loginchallenge WHERE phone = p_phone AND used_at IS NULL FOR UPDATE;
    IF limits.due > p_now OR code.next_request_at > p_now THEN
        RETURN QUERY SELECT false, NULL::uuid, NULL::integer, NULL::timestamptz,
                            greatest(limits.due, code.next_request_at);
        RETURN;
    END IF;
    IF code.renew_at > p_now THEN
        UPDATE referral_api_loginchallenge
           SET sends = sends + 1, shared_tries = shared_tries + p_tries,
               next_request_at = CASE WHEN sends + 1 < p_max_sends THEN least(p_resend_at, expires_at)
                                      ELSE expires_at END
         WHERE phone = p_phone RETURNING * INTO code;
    ELSE
        SELECT sum(tries) INTO wrong FROM referral_api_wrongtries WHERE phone = p_phone AND day > p_growth_since;
        INSERT INTO referral_api_loginchallenge AS c
            (phone, challenge_id, code_length, expires_at, renew_at, next_request_at, sends, shared_tries, used_at)
        SELECT p_phone, p_challenge_id, greatest(p_length, max(digits)), p_expires_at, p_renew_at,
               least(p_resend_at, p_expires_at), 1, p_tries, NULL
          FROM unnest(p_growth_tries, p_growth_digits) AS step (tries, digits) WHERE step.tries <= wrong
        ON CONFLICT (phone) DO UPDATE SET
            challenge_id = excluded.challenge_id, code_length = excluded.code_length,
            expires_at = excluded.expires_at, renew_at = excluded.renew_at,
            next_request_at = excluded.next_request_at, sends = 1, shared_tries = excluded.shared_tries, used_at = NULL
        RETURNING * INTO code;
    END IF;
    INSERT INTO referral_api_loginrequest (id, phone, challenge_id, tries_left, expires_at)
    VALUES (p_request_id, p_phone, code.challenge_id, p_tries, code.expires_at);
    PERFORM referral_api_charge_limits(p_keys, p_steps, p_now);
    RETURN QUERY SELECT true, code.challenge_id, code.code_length::integer, code.expires_at,
                        greatest(code.next_request_at, limits.next_due);
END $$
"""


def function(name: str, create: str) -> migrations.RunSQL:
    return migrations.RunSQL(create, f"DROP FUNCTION {name}")


class Migration(migrations.Migration):
    dependencies = [("referral_api", "0002_limits_and_wrong_tries")]
    operations = [
        function("referral_api_read_limits", READ_LIMITS),
        function("referral_api_lock_limits", LOCK_LIMITS),
        function("referral_api_charge_limits", CHARGE_LIMITS),
        function("referral_api_spend_limits", SPEND_LIMITS),
        function("referral_api_reserve_code", RESERVE_CODE),
    ]
