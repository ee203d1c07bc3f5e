-- What the server does by itself from time to time. A replica that runs a task holds a lease on its row.
create table task (
  name text primary key,
  -- The schedule in force, and since when: what would have been due before that was never missed.
  schedule text not null default '',
  scheduled_at timestamptz(3) not null default now(),
  running_since timestamptz(3),
  lease_until timestamptz,
  -- Raised by each run; what a run writes repeats it.
  epoch bigint not null default 0,
  last_started_at timestamptz(3),
  last_finished_at timestamptz(3),
  last_outcome text check (last_outcome in ('completed', 'failed', 'timed_out', 'interrupted')),
  last_result text,
  last_error text,
  -- Runs in a row that ended with their server: they are made up for, but not for ever.
  interruptions integer not null default 0,
  check ((running_since is null) = (lease_until is null)),
  check ((last_outcome is null) = (last_finished_at is null) and (last_outcome is null) = (last_started_at is null))
);
