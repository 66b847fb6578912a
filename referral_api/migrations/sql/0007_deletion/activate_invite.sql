-- Activates an invite code: once for a user, for ever, and never their own. A phone that did it in an
-- account that was deleted (`activated_before`) has done it. `refusal` is NULL where
-- it was done; otherwise it is the `code` of a class in errors.py.
--
-- Only an unknown code spends the limit of wrong codes, so a success writes nothing there. A user's
-- calls come one after another (the lock): of many at once, no more are looked up than the limit
-- allows. `due` says when the limit allows the next one.
-- Both users stay as they are until this commits: a deletion comes before it or after it. The inviter
-- is locked first, with the lock that the update of the total needs: one that grew later could wait
-- for a deletion that waits for it. It does not wait for the key lock on the other user, so A→B and
-- B→A pass at once.
CREATE OR REPLACE FUNCTION referral_api_activate_invite(
    p_user_id bigint, p_invite_code text, p_now timestamptz,
    p_key text, p_step interval, p_refill interval,
    OUT refusal text, OUT activated_invite_code text, OUT due timestamptz
) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    inviter bigint;
    activated_before boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_key, 0));
    due := (SELECT l.spent_until + p_step - p_refill
              FROM referral_api_limitstate l WHERE l.key = p_key);
    IF due > p_now THEN
        refusal := 'too_many_requests';
        RETURN;
    END IF;

    inviter := (SELECT u.id FROM referral_api_user u
                 WHERE u.invite_code = p_invite_code AND u.is_active);
    IF inviter <> p_user_id AND NOT EXISTS (
        SELECT FROM referral_api_activation WHERE invited_user_id = p_user_id) THEN
        SELECT u.id INTO inviter FROM referral_api_user u
         WHERE u.id = inviter AND u.is_active FOR NO KEY UPDATE;
        INSERT INTO referral_api_activation (invited_user_id, inviter_id, activated_at)
        SELECT me.id, inviter, p_now FROM referral_api_user me
         WHERE me.id = p_user_id AND me.is_active AND NOT me.activated_before
           AND inviter IS NOT NULL
           FOR KEY SHARE
        ON CONFLICT (invited_user_id) DO NOTHING;
        IF FOUND THEN
            UPDATE referral_api_user SET invited_total = invited_total + 1 WHERE id = inviter;
            RETURN;
        END IF;
    END IF;

    activated_invite_code := (
        SELECT u.invite_code FROM referral_api_activation a
          JOIN referral_api_user u ON u.id = a.inviter_id WHERE a.invited_user_id = p_user_id);
    SELECT me.activated_before INTO activated_before FROM referral_api_user me
     WHERE me.id = p_user_id AND me.is_active;
    IF NOT FOUND THEN
        refusal := 'unauthenticated';
    ELSIF inviter = p_user_id THEN
        refusal := 'invite_own';
    ELSIF activated_before OR activated_invite_code IS NOT NULL THEN
        -- who has activated learns nothing about codes
        refusal := 'invite_already_activated';
    ELSE
        refusal := 'invite_unknown';
        PERFORM referral_api_take_limits(ARRAY[p_key], ARRAY[p_step], ARRAY[p_refill], p_now);
    END IF;
END $$
