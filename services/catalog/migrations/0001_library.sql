-- The configuration document. Each change is a row, so that what was valid when can be read and taken back.
create table config_version (
  version integer primary key check (version > 0),
  config jsonb not null,
  changed_at timestamptz(3) not null default now(),
  -- The session that changed it; null when the server did.
  changed_by text
);

-- Times that lists are sorted by have milliseconds, because a cursor that went through JSON has no more.
create table series (
  id uuid primary key default gen_random_uuid(),
  title text not null check (title <> ''),
  year integer,
  synonyms text[] not null default '{}',
  overview text,
  status text not null default 'unknown' check (status in ('continuing', 'ended', 'upcoming', 'unknown')),
  poster_url text,
  provider text not null,
  provider_ref text not null,
  folder text not null,
  -- Both are made from the titles by the service: what lists are sorted by, and what a text filter looks through.
  sort_title text collate "C" not null,
  search_text text not null,
  -- Kept by recount_series.
  episode_count integer not null default 0,
  file_count integer not null default 0,
  missing_count integer not null default 0,
  size bigint not null default 0,
  counted_on date,
  added_at timestamptz(3) not null default now(),
  unique (provider, provider_ref)
);
create index series_by_title on series (sort_title, id);
create index series_by_age on series (added_at, id);
create index series_missing on series (sort_title, id) where missing_count > 0;

create table episode (
  id uuid primary key default gen_random_uuid(),
  series_id uuid not null references series on delete cascade,
  season integer not null check (season between 0 and 9999),
  episode integer not null check (episode between 1 and 99999),
  -- Counted over the whole series; never derived from season and episode.
  absolute integer check (absolute >= 1),
  title text not null,
  overview text,
  air_date date,
  duration double precision check (duration >= 0),
  provider_ref text not null,
  unique (series_id, season, episode),
  unique (series_id, provider_ref)
);
create index episode_by_absolute on episode (series_id, absolute);
create index episode_by_air_date on episode (air_date) where air_date is not null;

-- Every video file of the library. Without a series it is unmatched, and `reason` says why.
create table file (
  id uuid primary key default gen_random_uuid(),
  root text not null,
  -- The first name below the root, or '' for a file that lies in the root itself.
  place text not null,
  path text collate "C" not null unique,
  size bigint not null check (size >= 0),
  mtime_ms bigint not null,
  series_id uuid references series on delete set null,
  reason text not null,
  -- Its episode is known from a download and not read from its name, so a scan does not change it.
  pinned boolean not null default false,
  seen_at timestamptz(3) not null default now()
);
create index file_by_place on file (root, place);
create index file_by_series on file (series_id);
create index file_unmatched on file (path) where series_id is null;

-- One file may hold several episodes.
create table file_episode (
  file_id uuid not null references file on delete cascade,
  episode_id uuid not null references episode on delete cascade,
  primary key (file_id, episode_id)
);
create index file_episode_by_episode on file_episode (episode_id);

create table scan (
  id uuid primary key default gen_random_uuid(),
  state text not null default 'running' check (state in ('running', 'completed', 'failed')),
  started_at timestamptz(3) not null default now(),
  finished_at timestamptz(3),
  folders integer not null default 0,
  files integer not null default 0,
  matched integer not null default 0,
  unmatched integer not null default 0,
  removed integer not null default 0,
  problems text[] not null default '{}'
);
create index scan_by_start on scan (started_at desc);

-- Counts and size of series, from the rows they stand for. `file_count` counts the episodes that have a file; `missing`
-- are those without one whose day has come (UTC) or is not known.
create function recount_series(ids uuid[]) returns void language sql set search_path from current as $$
  with today as (select (now() at time zone 'utc')::date as day),
  held as (
    select episode.series_id, episode.air_date,
      exists (select from file_episode where episode_id = episode.id) as present
    from episode where episode.series_id = any(ids)
  ),
  counts as (
    select series_id, count(*) as episodes, count(*) filter (where present) as files,
      count(*) filter (where not present and (air_date is null or air_date <= today.day)) as missing
    from held, today group by series_id
  ),
  sizes as (
    select series_id, sum(size) as bytes from (
      select distinct episode.series_id, file.id, file.size
      from episode join file_episode on episode_id = episode.id join file on file.id = file_id
      where episode.series_id = any(ids)
    ) files group by series_id
  )
  update series set
    episode_count = coalesce(counts.episodes, 0),
    file_count = coalesce(counts.files, 0),
    missing_count = coalesce(counts.missing, 0),
    size = coalesce(sizes.bytes, 0),
    counted_on = today.day
  from unnest(ids) as wanted (id)
  left join counts on counts.series_id = wanted.id
  left join sizes on sizes.series_id = wanted.id
  cross join today
  where series.id = wanted.id
$$;

create function recount_from_series_id() returns trigger language plpgsql set search_path from current as $$
begin
  perform recount_series(array(select distinct series_id from changed where series_id is not null));
  return null;
end $$;

create function recount_from_link() returns trigger language plpgsql set search_path from current as $$
begin
  perform recount_series(array(select distinct series_id from changed join episode on episode.id = episode_id));
  return null;
end $$;

create trigger recount after insert on episode referencing new table as changed
  for each statement execute function recount_from_series_id();
create trigger recount_update after update on episode referencing new table as changed
  for each statement execute function recount_from_series_id();
create trigger recount_delete after delete on episode referencing old table as changed
  for each statement execute function recount_from_series_id();
create trigger recount_update after update on file referencing new table as changed
  for each statement execute function recount_from_series_id();
create trigger recount after insert on file_episode referencing new table as changed
  for each statement execute function recount_from_link();
create trigger recount_delete after delete on file_episode referencing old table as changed
  for each statement execute function recount_from_link();
