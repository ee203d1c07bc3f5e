create type item_state as enum ('pending', 'downloading', 'completed', 'failed', 'cancelled');
-- Enums sort in the order of definition, so that "order by priority" is the order of running.
create type item_priority as enum ('high', 'normal', 'low');
create type failure_cause as enum (
  'network', 'timeout', 'stalled', 'http_4xx', 'gone', 'http_5xx', 'rate_limited', 'auth', 'bad_content', 'checksum',
  'no_source', 'no_space', 'permission', 'path', 'cancelled', 'worker_lost', 'shutdown', 'internal'
);

create table item (
  id uuid primary key default gen_random_uuid(),
  series_id uuid not null,
  episode_id uuid not null,
  series_title text not null,
  season int not null check (season >= 0),
  episode int not null check (episode > 0),
  title text not null,
  priority item_priority not null default 'normal',
  -- A fractional index: a move writes one row, whatever the length of the list.
  rank text collate "C" not null check (rank <> ''),
  state item_state not null default 'pending',
  attempt int not null default 0 check (attempt >= 0),
  max_attempts int not null check (max_attempts > 0),
  -- How often a worker died with it; an item that kills its workers is parked as failed.
  crashes int not null default 0 check (crashes >= 0),
  not_before timestamptz,
  lease_epoch bigint not null default 0 check (lease_epoch >= 0),
  lease_until timestamptz,
  worker text,
  -- The durable segment map: what of the part file is on the disk for certain.
  checkpoint jsonb,
  -- Set between "about to publish" and "published": the file that the reconciler looks for after a crash.
  publishing jsonb,
  bytes_done bigint not null default 0 check (bytes_done >= 0),
  bytes_total bigint check (bytes_total >= 0),
  percent double precision not null generated always as (
    case when state = 'completed' then 100
         when bytes_total > 0 then least(100, round(bytes_done * 1000.0 / bytes_total) / 10.0)
         else 0 end
  ) stored check (percent between 0 and 100),
  error_cause failure_cause,
  error_detail text,
  path text,
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  added_at timestamptz not null default now(),
  finished_at timestamptz,
  version bigint not null default 0,
  constraint leased_while_downloading check (
    (state = 'downloading') = (lease_until is not null and worker is not null)
  ),
  constraint finished_when_ended check ((state in ('completed', 'failed', 'cancelled')) = (finished_at is not null)),
  constraint completed_has_file check (state <> 'completed' or (path is not null and sha256 is not null))
);

-- An episode is in the queue once.
create unique index item_episode on item (episode_id) where state in ('pending', 'downloading');
-- The hot index: its order is the queue's. Delayed items stand outside until the reaper promotes them.
create index item_ready on item (priority, rank, id) where state = 'pending' and not_before is null;
create index item_delayed on item (not_before) where state = 'pending' and not_before is not null;
-- The list as it is shown, delayed ones included.
create index item_pending on item (priority, rank, id) where state = 'pending';
create index item_leased on item (lease_until) where state = 'downloading';
create index item_finished on item (finished_at desc, id) where state in ('completed', 'failed', 'cancelled');
create index item_failed on item (error_cause, finished_at desc) where state = 'failed';
create index item_series on item (series_id);

create function raise_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
create trigger item_version before update on item for each row execute function raise_version();

-- One row for each download that may run at once, over all workers. A claim locks a free one with SKIP LOCKED: the limit
-- holds exactly and no two claims wait for each other.
create table slot (
  n int primary key check (n > 0),
  item_id uuid
);
create unique index slot_item on slot (item_id) where item_id is not null;
insert into slot (n) values (1), (2);

create table queue_state (
  only_row boolean primary key default true check (only_row),
  running boolean not null default true,
  paused boolean not null default false,
  reason text,
  max_concurrent int not null default 2 check (max_concurrent > 0)
);
insert into queue_state default values;

-- What happened to an item; outlives it, so that a missing episode can be explained.
create table timeline (
  id bigint primary key generated always as identity,
  item_id uuid not null,
  episode_id uuid not null,
  at timestamptz not null default now(),
  what text not null,
  worker text,
  detail text
);
create index timeline_item on timeline (item_id, id);
create index timeline_episode on timeline (episode_id, id);
