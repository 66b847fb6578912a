-- Spends one of the tries of a request, and brings what is needed to compare the code.
-- `had_tries` is NULL where this phone has no such request. `challenge_id` is NULL where no try was
-- spent: there was none left, or the code was used or has expired.
-- Exactly as many callers get a try as there were, also at the same moment.
CREATE OR REPLACE FUNCTION referral_api_spend_own_try(
    p_request_id uuid, p_phone text, p_now timestamptz,
    OUT had_tries boolean, OUT tries_left integer,
    OUT challenge_id uuid, OUT lane uuid, OUT code_length integer
) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
    UPDATE referral_api_loginrequest r SET tries_left = r.tries_left - 1
      FROM referral_api_loginchallenge c
     WHERE r.id = p_request_id AND r.phone = p_phone AND r.tries_left > 0
       AND c.id = r.challenge_id AND c.used_at IS NULL AND c.expires_at > p_now
    RETURNING r.tries_left, c.id, c.lane, c.code_length
      INTO tries_left, challenge_id, lane, code_length;
    had_tries := FOUND;
    IF NOT FOUND THEN
        SELECT r.tries_left > 0 INTO had_tries FROM referral_api_loginrequest r
         WHERE r.id = p_request_id AND r.phone = p_phone;
    END IF;
END $$
