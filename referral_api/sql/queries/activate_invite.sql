-- One statement: the database refuses a second activation and an invite of oneself, and the total
-- moves only with a new row. The new row takes key locks on both users, and the update of the
-- total does not wait for those. So A→B and B→A pass at once.
WITH activation AS (
    INSERT INTO referral_api_activation (invited_user_id, inviter_id, activated_at)
    SELECT me.id, inviter.id, %(now)s
      FROM referral_api_user me, referral_api_user inviter
     WHERE me.id = %(user_id)s AND me.is_active
       AND inviter.invite_code = %(invite_code)s AND inviter.is_active AND inviter.id <> me.id
    ON CONFLICT (invited_user_id) DO NOTHING
    RETURNING inviter_id
)
UPDATE referral_api_user inviter SET invited_total = invited_total + 1
  FROM activation WHERE inviter.id = activation.inviter_id
