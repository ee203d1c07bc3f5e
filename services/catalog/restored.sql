-- What ran when the backup was made runs no more. The backup itself was one of these.
update scan set state = 'failed', finished_at = now() where state = 'running';
update task set running_since = null, lease_until = null;
