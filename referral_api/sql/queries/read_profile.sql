-- One statement and one row, and its cost does not grow with the number of invited users: the
-- total is kept, and the page is read from an index, in whose order its arrays are.
-- As rows of a join, the page repeated the user's own columns and looked the inviter up 51 times.
-- The phones are a scalar subquery: one more join to the users got a hash of all of them.
-- A first page has NULL for the two values of `after`; PostgreSQL drops that condition as it plans.
SELECT me.phone, me.invite_code, me.invited_total, own.activated_at,
       (SELECT invite_code FROM referral_api_user WHERE id = own.inviter_id),
       page.phones, page.moments, page.ids
  FROM referral_api_user me
  LEFT JOIN referral_api_activation own ON own.invited_user_id = me.id
 CROSS JOIN LATERAL (
       SELECT array_agg((SELECT phone FROM referral_api_user WHERE id = invited_user_id)) AS phones,
              array_agg(activated_at) AS moments, array_agg(invited_user_id) AS ids
         FROM (SELECT invited_user_id, activated_at FROM referral_api_activation
                WHERE inviter_id = me.id
                  AND (%(after_id)s::bigint IS NULL
                       OR (activated_at, invited_user_id)
                          < (%(after_moment)s::timestamptz, %(after_id)s::bigint))
                ORDER BY activated_at DESC, invited_user_id DESC
                LIMIT %(limit)s + 1) newest) page
 WHERE me.id = %(user_id)s AND me.is_active
