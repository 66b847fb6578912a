-- Counts what each sender said of one SMS. Closes the region to strangers where too few of the codes
-- that were sent there are confirmed: `closed` is true for the one call that does it, and `sends` and
-- `confirmed` are what the alarm saw.
--
-- The alarm counts the codes that a sender took for sure within the last hour: all of this clock
-- hour, and of the hour before the part that is less than an hour ago. What was counted before the
-- region opened again has another number of `openings`, and counts no more.
--
-- The rows are locked in one order, that of a login too: the challenge, the region, the counts. The
-- region's row lets one call at a time count there, so that the alarm sees every SMS before it. The
-- next call need not wait for the disk: a crash of PostgreSQL may lose the counts of its last second.
CREATE OR REPLACE FUNCTION referral_api_count_sms(
    p_region text, p_challenge_id uuid, p_now timestamptz, p_senders text[], p_results text[],
    p_alarm_sends integer, p_alarm_percent integer, p_closed_until timestamptz,
    OUT closed boolean, OUT sends integer, OUT confirmed integer
) LANGUAGE plpgsql
  SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    this_hour timestamptz := date_trunc('hour', p_now, 'UTC');
    of_last_hour numeric := 1 - extract(epoch FROM p_now - this_hour) / 3600;
    challenge referral_api_loginchallenge;
    area referral_api_smsregion;
    count_id bigint;
    carrier_id bigint;  -- the count of the sender that may have brought the code
BEGIN
    closed := false;
    PERFORM set_config('synchronous_commit', 'off', true);
    SELECT * INTO challenge FROM referral_api_loginchallenge WHERE id = p_challenge_id FOR UPDATE;
    INSERT INTO referral_api_smsregion (region, openings) VALUES (p_region, 0)
    ON CONFLICT (region) DO NOTHING;
    SELECT * INTO area FROM referral_api_smsregion WHERE region = p_region FOR UPDATE;
    IF area.closed_until <= p_now THEN  -- it has opened since
        UPDATE referral_api_smsregion SET closed_until = NULL, openings = openings + 1
         WHERE region = p_region RETURNING * INTO area;
    END IF;

    FOR n IN 1 .. cardinality(p_senders) LOOP
        INSERT INTO referral_api_smscount AS c
            (hour, region, sender, openings, sent, refused, uncertain)
        VALUES (this_hour, p_region, p_senders[n], area.openings,
                (p_results[n] = 'accepted')::integer, (p_results[n] = 'refused')::integer,
                (p_results[n] = 'uncertain')::integer)
        ON CONFLICT (hour, region, sender, openings) DO UPDATE
           SET sent = c.sent + excluded.sent, refused = c.refused + excluded.refused,
               uncertain = c.uncertain + excluded.uncertain
        RETURNING c.id INTO count_id;
        IF p_results[n] = 'accepted' OR (p_results[n] = 'uncertain' AND carrier_id IS NULL) THEN
            carrier_id := count_id;
        END IF;
    END LOOP;
    IF challenge.used_at IS NULL AND carrier_id IS NOT NULL THEN
        UPDATE referral_api_loginchallenge SET sms_count_id = carrier_id WHERE id = p_challenge_id;
    ELSIF challenge.sms_count_id IS NULL THEN  -- the login was quicker than the sender's answer
        PERFORM referral_api_count_confirmation(carrier_id);
    END IF;

    IF area.closed_until IS NULL AND 'accepted' = ANY(p_results) THEN
        SELECT sum(c.sent * w.weight), sum(w.weight * (
                   SELECT coalesce(sum(k.logins), 0) FROM referral_api_smsconfirmation k
                    WHERE k.count_id = c.id))
          INTO sends, confirmed
          FROM (VALUES (this_hour, 1), (this_hour - interval '1 hour', of_last_hour))
               AS w (hour, weight)
          JOIN referral_api_smscount c ON c.hour = w.hour
         WHERE c.region = p_region AND c.openings = area.openings;
        IF sends >= p_alarm_sends AND confirmed * 100 < sends * p_alarm_percent THEN
            closed := true;
            UPDATE referral_api_smsregion SET closed_until = p_closed_until
             WHERE region = p_region;
        END IF;
    END IF;
END $$
