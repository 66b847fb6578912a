-- Counts one login at the count of the SMS that brought its code; nothing where `p_count_id` is NULL.
-- Each session of PostgreSQL has a row of its own, as far as 16 rows go. In one row for all, a login
-- would wait until the one before it is on disk.
CREATE OR REPLACE FUNCTION referral_api_count_confirmation(p_count_id bigint)
RETURNS void LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    IF p_count_id IS NOT NULL THEN
        INSERT INTO referral_api_smsconfirmation AS k (count_id, part, logins)
        VALUES (p_count_id, pg_backend_pid() % 16, 1)
        ON CONFLICT (count_id, part) DO UPDATE SET logins = k.logins + 1;
    END IF;
END $$
