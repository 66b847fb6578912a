-- A user's profile with one page of those whom they invited, in one row. Its cost does not grow with
-- the number of invited users: the total is kept, and the page is read from an index, in whose order
-- its arrays are. `ids` has one more than `p_limit` where there is a next page.
-- As rows of a join, the page repeated the user's own columns and looked the inviter up 51 times.
-- The phones are a scalar subquery: one more join to the users got a hash of all of them.
-- `p_after_…` is the last row of the page before. The first page begins before `infinity`.
--
-- A function, so that a session plans it once: planning took more time than the rest. The plan that
-- is kept must suit every user, so it can only walk through the index.
CREATE OR REPLACE FUNCTION referral_api_read_profile(
    p_user_id bigint, p_limit integer, p_after_moment timestamptz, p_after_id bigint,
    OUT phone text, OUT invite_code text, OUT invited_total integer,
    OUT activated_at timestamptz, OUT activated_invite_code text,
    OUT phones text[], OUT moments timestamptz[], OUT ids bigint[]
) LANGUAGE plpgsql STABLE
  SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
  SET enable_bitmapscan = off SET enable_sort = off AS $$
#variable_conflict use_column
BEGIN
    SELECT me.phone, me.invite_code, me.invited_total, own.activated_at,
           (SELECT invite_code FROM referral_api_user WHERE id = own.inviter_id),
           page.phones, page.moments, page.ids
      INTO phone, invite_code, invited_total, activated_at, activated_invite_code,
           phones, moments, ids
      FROM referral_api_user me
      LEFT JOIN referral_api_activation own ON own.invited_user_id = me.id
     CROSS JOIN LATERAL (
           SELECT array_agg((SELECT phone FROM referral_api_user
                              WHERE id = invited_user_id)) AS phones,
                  array_agg(activated_at) AS moments, array_agg(invited_user_id) AS ids
             FROM (SELECT invited_user_id, activated_at FROM referral_api_activation
                    WHERE inviter_id = me.id
                      AND (activated_at, invited_user_id) < (p_after_moment, p_after_id)
                    ORDER BY activated_at DESC, invited_user_id DESC
                    LIMIT p_limit + 1) newest) page
     WHERE me.id = p_user_id AND me.is_active;
END $$
