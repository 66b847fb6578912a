-- Reserves a one-time code in a lane of a phone, together with all of the limits, in one round trip.
--
-- A request is accepted where the limits allow it, and where the lane has no living code or the
-- next request for its newest one is due (`next_request_at`). Then:
--   * in the last quarter of that code's life, or without a living code: a new code;
--   * before that: the same code again (a resend), at most `p_max_sends` times.
-- Otherwise nothing is spent or written. `next_at` says when a request would be accepted, and
-- `limit_key` which limit decides that, or NULL where the newest code does. A region that the alarm
-- has closed (count_sms.sql) counts as a limit; `p_region` is NULL for those who pass all the same.
-- A new code has more digits where its lane saw many wrong tries. An older code that still opens
-- counts with all the tries that it allows, or they could be made after the new code was.
--
-- Two requests in one lane never run here at once: both take the lane's own limit first, and its
-- row stays locked to the end. The two settings keep the plans, as in spend_limits.
CREATE OR REPLACE FUNCTION referral_api_reserve_code(
    p_phone text, p_lane uuid, p_challenge_id uuid, p_request_id uuid,
    p_now timestamptz, p_expires_at timestamptz, p_renew_at timestamptz, p_resend_at timestamptz,
    p_tries integer, p_max_sends integer, p_length integer,
    p_growth_since date, p_growth_tries integer[], p_growth_digits integer[],
    p_keys text[], p_steps interval[], p_refills interval[], p_region text DEFAULT NULL,
    OUT sent boolean, OUT challenge_id uuid, OUT code_length integer, OUT expires_at timestamptz,
    OUT next_at timestamptz, OUT limit_key text
) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    limits record;
    newest referral_api_loginchallenge;
    closed_until timestamptz;
    open_tries integer := 0;
    wrong_tries bigint;
BEGIN
    -- Without a lock first: most refusals end here.
    limits := referral_api_read_limits(p_keys, p_steps, p_refills, p_now);
    SELECT * INTO newest FROM referral_api_loginchallenge
     WHERE phone = p_phone AND lane = p_lane AND used_at IS NULL AND expires_at > p_now
     ORDER BY expires_at DESC LIMIT 1;
    SELECT r.closed_until INTO closed_until FROM referral_api_smsregion r WHERE r.region = p_region;
    next_at := greatest(limits.due, newest.next_request_at, closed_until);
    sent := next_at IS NULL OR next_at <= p_now;
    IF sent THEN
        limits := referral_api_take_limits(p_keys, p_steps, p_refills, p_now);
        SELECT * INTO newest FROM referral_api_loginchallenge
         WHERE phone = p_phone AND lane = p_lane AND used_at IS NULL AND expires_at > p_now
         ORDER BY expires_at DESC LIMIT 1 FOR UPDATE;
        next_at := greatest(limits.due, newest.next_request_at);
        sent := next_at <= p_now;
        IF NOT sent THEN  -- another request was quicker
            PERFORM referral_api_give_back_limits(p_keys, p_steps);
        END IF;
    END IF;
    IF NOT sent THEN
        limit_key := CASE next_at WHEN closed_until THEN 'sms:region:closed:' || p_region
                                  WHEN limits.due THEN limits.last_key END;
        RETURN;
    END IF;

    IF newest.renew_at > p_now THEN  -- a resend
        UPDATE referral_api_loginchallenge
           SET sends = sends + 1, shared_tries = shared_tries + p_tries,
               next_request_at = CASE WHEN sends + 1 < p_max_sends
                                      THEN least(p_resend_at, expires_at)
                                      ELSE least(greatest(p_resend_at, renew_at), expires_at) END
         WHERE id = newest.id RETURNING * INTO newest;
    ELSE  -- a new code
        IF newest.id IS NOT NULL THEN  -- unbound callers keep three tries at the older code
            UPDATE referral_api_loginchallenge
               SET shared_tries = least(shared_tries, p_tries) WHERE id = newest.id
            RETURNING sends * p_tries + shared_tries INTO open_tries;
        END IF;
        wrong_tries := open_tries + coalesce((
            SELECT sum(tries) FROM referral_api_wrongtries
             WHERE phone = p_phone AND lane = p_lane AND day > p_growth_since), 0);
        FOR n IN 1 .. cardinality(p_growth_tries) LOOP
            IF wrong_tries >= p_growth_tries[n] THEN
                p_length := greatest(p_length, p_growth_digits[n]);
            END IF;
        END LOOP;
        INSERT INTO referral_api_loginchallenge
            (id, phone, lane, code_length, expires_at, renew_at, next_request_at, sends,
             shared_tries, used_at)
        VALUES (p_challenge_id, p_phone, p_lane, p_length, p_expires_at, p_renew_at,
                least(p_resend_at, p_expires_at), 1, p_tries, NULL)
        RETURNING * INTO newest;
    END IF;

    INSERT INTO referral_api_loginrequest (id, phone, lane, challenge_id, tries_left, expires_at)
    VALUES (p_request_id, p_phone, p_lane, newest.id, p_tries, newest.expires_at);
    challenge_id := newest.id;
    code_length := newest.code_length;
    expires_at := newest.expires_at;
    next_at := greatest(newest.next_request_at, limits.next_due);
    limit_key := CASE WHEN next_at = limits.next_due THEN limits.last_key END;
END $$
