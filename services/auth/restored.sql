-- Who was logged in on the old machine logs in again here. The keys stay: what they signed for longer than a session is good.
update session set revoked_at = coalesce(revoked_at, now());
delete from login_failure;
