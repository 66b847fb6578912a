-- Reserves a one-time code for a phone, together with all of the limits, in one round trip.
--
-- A request is accepted where the limits allow it, and where the phone has no living code or the
-- next request for it is due (`next_request_at`). Then:
--   * in the last quarter of the code's life, or without a living code: a new code;
--   * before that: the same code again (a resend), at most `p_max_sends` times.
-- Otherwise nothing is spent or written, and `next_at` says when a request would be accepted.
-- A new code has more digits where the phone saw many wrong tries.
--
-- The two settings keep the plans, as in spend_limits.
CREATE OR REPLACE FUNCTION referral_api_reserve_code(
    p_phone text, p_challenge_id uuid, p_request_id uuid,
    p_now timestamptz, p_expires_at timestamptz, p_renew_at timestamptz, p_resend_at timestamptz,
    p_tries integer, p_max_sends integer, p_length integer,
    p_growth_since date, p_growth_tries integer[], p_growth_digits integer[],
    p_keys text[], p_steps interval[], p_refills interval[]
) RETURNS TABLE (
    sent boolean, challenge_id uuid, code_length integer, expires_at timestamptz, next_at timestamptz
) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    limits record;
    code referral_api_loginchallenge;
    wrong_tries bigint;
    grown_length integer;
BEGIN
    -- Without a lock first: most refusals end here.
    next_at := greatest(
        referral_api_read_limits(p_keys, p_steps, p_refills, p_now),
        (SELECT next_request_at FROM referral_api_loginchallenge
          WHERE phone = p_phone AND used_at IS NULL));
    IF next_at > p_now THEN
        sent := false;
        RETURN NEXT;
        RETURN;
    END IF;

    limits := referral_api_take_limits(p_keys, p_steps, p_refills, p_now);
    SELECT * INTO code FROM referral_api_loginchallenge
     WHERE phone = p_phone AND used_at IS NULL FOR UPDATE;
    IF limits.due > p_now OR code.next_request_at > p_now THEN  -- another request was quicker
        PERFORM referral_api_give_back_limits(p_keys, p_steps);
        sent := false;
        next_at := greatest(limits.due, code.next_request_at);
        RETURN NEXT;
        RETURN;
    END IF;

    IF code.renew_at > p_now THEN  -- a resend
        UPDATE referral_api_loginchallenge
           SET sends = sends + 1, shared_tries = shared_tries + p_tries,
               next_request_at = CASE WHEN sends + 1 < p_max_sends
                                      THEN least(p_resend_at, expires_at)
                                      ELSE expires_at END
         WHERE phone = p_phone RETURNING * INTO code;
    ELSE  -- a new code
        SELECT sum(tries) INTO wrong_tries FROM referral_api_wrongtries
         WHERE phone = p_phone AND day > p_growth_since;
        SELECT max(step.digits) INTO grown_length
          FROM unnest(p_growth_tries, p_growth_digits) AS step (tries, digits)
         WHERE step.tries <= wrong_tries;
        INSERT INTO referral_api_loginchallenge AS c
            (phone, challenge_id, code_length, expires_at, renew_at, next_request_at, sends,
             shared_tries, used_at)
        VALUES (p_phone, p_challenge_id, greatest(p_length, grown_length), p_expires_at, p_renew_at,
                least(p_resend_at, p_expires_at), 1, p_tries, NULL)
        ON CONFLICT (phone) DO UPDATE SET
            challenge_id = excluded.challenge_id, code_length = excluded.code_length,
            expires_at = excluded.expires_at, renew_at = excluded.renew_at,
            next_request_at = excluded.next_request_at, sends = 1,
            shared_tries = excluded.shared_tries, used_at = NULL
        RETURNING * INTO code;
    END IF;

    INSERT INTO referral_api_loginrequest (id, phone, challenge_id, tries_left, expires_at)
    VALUES (p_request_id, p_phone, code.challenge_id, p_tries, code.expires_at);
    RETURN QUERY SELECT true, code.challenge_id, code.code_length::integer, code.expires_at,
                        greatest(code.next_request_at, limits.next_due);
END $$
