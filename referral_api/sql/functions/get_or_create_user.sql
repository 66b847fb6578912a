-- The user of a phone, made now if there was none. Many first logins at once make one user: those
-- that come second wait for the first to commit, and then find its row.
-- The new user gets the first of the invite codes, drawn at random, that nobody has.
-- The row that is found stays as it is until the login commits: a deletion, or a change of its
-- phone, comes before it or after it.
-- `p_activated_digest` is of the phone (activated_phone_digest in keyed_hashes.py).
-- No password fits a hash that begins with `!` (Django's mark of an unusable password).
CREATE OR REPLACE FUNCTION referral_api_get_or_create_user(
    p_phone text, p_activated_digest text, p_invite_codes text[], p_now timestamptz,
    OUT user_id bigint, OUT is_active boolean, OUT is_new boolean
) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    drawn text;
BEGIN
    FOREACH drawn IN ARRAY p_invite_codes LOOP
        is_new := false;
        SELECT u.id, u.is_active INTO user_id, is_active
          FROM referral_api_user u WHERE u.phone = p_phone FOR KEY SHARE;
        IF FOUND THEN
            RETURN;
        END IF;
        is_new := true;
        INSERT INTO referral_api_user AS u
            (phone, invite_code, password, invited_total, is_superuser, is_active, is_staff,
             date_joined, activated_before)
        VALUES (p_phone, drawn, '!', 0, false, true, false, p_now,
                EXISTS (SELECT FROM referral_api_activatedphone
                         WHERE digest = p_activated_digest AND kept_until > p_now))
        ON CONFLICT DO NOTHING RETURNING u.id, u.is_active INTO user_id, is_active;
        IF FOUND THEN
            RETURN;
        END IF;
    END LOOP;
    RAISE unique_violation USING MESSAGE = 'all invite codes that were drawn are taken';
END $$
