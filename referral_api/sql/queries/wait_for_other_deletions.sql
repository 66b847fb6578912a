-- The lock ends with the transaction, so it is safe behind PgBouncer.
SELECT pg_advisory_xact_lock(hashtextextended('referral_api: deletion of an account', 0))
