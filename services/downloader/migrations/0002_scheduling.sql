-- Limits per host, hold, undo, statistics, workers: what a queue over many hosts and machines needs.

alter table item
  -- Whose line the item stands in; learned when its source is resolved. Empty: not known yet, and not limited.
  add column host text not null default '',
  add column held boolean not null default false,
  -- Moved to the head because it had waited too long.
  add column aged boolean not null default false,
  -- One call of "add", so that it can be undone in one call.
  add column batch uuid,
  -- What a worker must be able to do; a worker says what it can.
  add column needs text[] not null default '{}',
  add column started_at timestamptz,
  -- An item is stored before anything is looked up about it.
  alter column series_title drop not null,
  alter column season drop not null,
  alter column episode drop not null,
  alter column title drop not null;

create index item_batch on item (batch) where batch is not null;
create index item_undescribed on item (series_id) where title is null and state = 'pending';
create index item_ended_at on item (finished_at) where finished_at is not null;
drop index item_ready;
-- The hot index: the head of each host's line. Its order is the queue's.
create index item_ready on item (host, priority, rank, id) where state = 'pending' and not_before is null and not held;

-- A host that episodes come from. Written when its limits change and when it fails, never by a claim.
create table host (
  host text primary key,
  max int not null check (max > 0),
  per_minute int check (per_minute > 0),
  -- Limits of its own, from the configuration; the others follow the default.
  own boolean not null default false,
  -- Nothing is asked of it until then: it said so (Retry-After), or it failed again and again.
  blocked_until timestamptz,
  blocked_reason text,
  failures int not null default 0 check (failures >= 0)
);

-- One row for each download at once from a host. With a limit of requests a minute a slot rests after each use, so that
-- `max` slots together stay below it without a row that all claims wait for.
create table host_slot (
  host text not null references host on delete cascade,
  n int not null check (n > 0),
  item_id uuid,
  free_at timestamptz,
  primary key (host, n)
);
create unique index host_slot_item on host_slot (item_id) where item_id is not null;
create index host_slot_free on host_slot (host) where item_id is null;
insert into host (host, max, own) values ('', 256, true);
insert into host_slot (host, n) select '', generate_series(1, 256);

-- Which host a series' episodes were last seen to come from: where new ones line up before anybody has asked.
create table series_host (
  series_id uuid primary key,
  host text not null
);

alter table queue_state
  -- Set and cleared by the server itself: a full disk, quiet hours. A person's pause is another matter.
  add column guard_reason text,
  add column host_max int not null default 4 check (host_max > 0),
  add column host_per_minute int check (host_per_minute > 0);

-- Worker processes, by their own report every few seconds.
create table worker (
  name text primary key,
  machine text not null,
  version text not null,
  slots int not null,
  tags text[] not null,
  active int not null,
  speed bigint not null,
  started_at timestamptz not null,
  seen_at timestamptz not null default now()
);

-- Items in each state, kept by triggers: counting millions of ended rows at each look would take seconds. Spread over 16
-- rows a state, so that claims don't wait for each other at one.
create table item_count (
  state item_state not null,
  shard int not null,
  n bigint not null,
  primary key (state, shard)
);
insert into item_count select state, 0, count(*) from item group by state;

create function count_items() returns trigger language plpgsql set search_path from current as $$
begin
  if tg_op = 'INSERT' then
    insert into item_count select state, pg_backend_pid() % 16, count(*) from new_rows group by state
    on conflict (state, shard) do update set n = item_count.n + excluded.n;
  elsif tg_op = 'DELETE' then
    insert into item_count select state, pg_backend_pid() % 16, -count(*) from old_rows group by state
    on conflict (state, shard) do update set n = item_count.n + excluded.n;
  else
    insert into item_count
    select state, pg_backend_pid() % 16, sum(d) from (
      select state, 1 as d from new_rows union all select state, -1 from old_rows
    ) moved group by state having sum(d) <> 0
    on conflict (state, shard) do update set n = item_count.n + excluded.n;
  end if;
  return null;
end $$;
create trigger item_count_insert after insert on item referencing new table as new_rows for each statement execute function count_items();
create trigger item_count_delete after delete on item referencing old table as old_rows for each statement execute function count_items();
create trigger item_count_update after update on item referencing old table as old_rows new table as new_rows
  for each statement execute function count_items();
