-- Monitored episodes without a file, aired or not: what the wanted list and the automatic download read. The same could be
-- asked of the tables it is made from, but among 750,000 episodes a few old missing ones would take a second to find.
-- Written by refresh_wanted alone.
create table wanted (
  episode_id uuid primary key references episode on delete cascade,
  series_id uuid not null references series on delete cascade,
  -- An episode without a date stands before all that have one.
  air_day date not null
);
create index wanted_by_day on wanted (air_day desc, episode_id desc);
create index wanted_by_series on wanted (series_id, air_day desc);

create function refresh_wanted(ids uuid[]) returns void language sql set search_path from current as $$
  with now_wanted as (
    select episode.id, series_id, coalesce(air_date, date '0001-01-01') as air_day from episode
    where id = any(ids) and monitored and not exists (select from file_episode where episode_id = episode.id)
  ),
  gone as (delete from wanted where episode_id = any(ids) and episode_id not in (select id from now_wanted))
  insert into wanted (episode_id, series_id, air_day) select * from now_wanted
  on conflict (episode_id) do update set air_day = excluded.air_day where wanted.air_day <> excluded.air_day
$$;

create function wanted_from_id() returns trigger language plpgsql set search_path from current as $$
begin
  perform refresh_wanted(array(select id from changed));
  return null;
end $$;

create function wanted_from_change() returns trigger language plpgsql set search_path from current as $$
begin
  perform refresh_wanted(array(
    select id from (
      select id, monitored, air_date from changed except select id, monitored, air_date from before
    ) differing));
  return null;
end $$;

create function wanted_from_link() returns trigger language plpgsql set search_path from current as $$
begin
  perform refresh_wanted(array(select distinct episode_id from changed));
  return null;
end $$;

create trigger wanted after insert on episode referencing new table as changed
  for each statement execute function wanted_from_id();
create trigger wanted_update after update on episode referencing old table as before new table as changed
  for each statement execute function wanted_from_change();
create trigger wanted after insert on file_episode referencing new table as changed
  for each statement execute function wanted_from_link();
create trigger wanted_delete after delete on file_episode referencing old table as changed
  for each statement execute function wanted_from_link();
select refresh_wanted(array(select id from episode));

-- What the queue told of an episode last; its own record stays in the downloader.
create table queued_episode (
  episode_id uuid primary key references episode on delete cascade,
  item_id uuid not null,
  state text not null check (state in ('pending', 'downloading', 'completed', 'failed', 'cancelled', 'removed')),
  cause text,
  detail text,
  -- One after the other; a completed one begins anew.
  failures integer not null default 0,
  -- Of the item: of two items the younger counts, of two versions of one the higher.
  added_at timestamptz(3) not null,
  version bigint not null,
  changed_at timestamptz(3) not null default now()
);
create index queued_episode_by_item on queued_episode (item_id);
create index queued_episode_waiting on queued_episode (item_id) where state in ('pending', 'downloading');

-- In the order of time also within a millisecond: RFC 9562, version 7 with the fraction of the millisecond (6.2, method 3).
create function ordered_id() returns uuid language sql as $$
  select (lpad(to_hex(floor(ms)::bigint), 12, '0') || '7' || lpad(to_hex(floor((ms - floor(ms)) * 4096)::int), 3, '0')
    || '8' || substr(md5(random()::text), 1, 15))::uuid
  from (select extract(epoch from clock_timestamp()) * 1000 as ms) moment
$$;

-- What happened to a series. Not to its episodes one by one: the first scan of a large library would write a million rows.
create table series_event (
  id uuid primary key default ordered_id(),
  series_id uuid not null references series on delete cascade,
  at timestamptz(3) not null default clock_timestamp(),
  what text not null,
  detail text,
  -- Those that it is about, also when they are gone; empty: the series itself.
  episode_ids uuid[] not null default '{}'
);
create index series_event_by_series on series_event (series_id, at desc, id desc);
create index series_event_by_age on series_event (at);

-- Written here and not by each piece of code that changes something: so none can forget it, and what a statement does to many
-- episodes of a series is one row.
-- A first scan has no statistics: the planner would read the whole table of files for each batch.
create function note_links() returns trigger language plpgsql
  set search_path from current set enable_seqscan = off as $$
begin
  insert into series_event (series_id, what, detail, episode_ids)
  select series_id, case when tg_op = 'DELETE' then 'files_lost' when pinned then 'downloaded' else 'files_found' end,
    case when count(distinct path) = 1 then min(path) end, array_agg(distinct episode_id)
  from (
    select episode_id, pinned, path, (select series_id from episode where id = episode_id) as series_id
    from changed left join lateral (select pinned, path from file where id = file_id offset 0) file on true
    offset 0
  ) linked where series_id is not null
  group by series_id, 2, pinned;
  return null;
end $$;

create trigger note_insert after insert on file_episode referencing new table as changed
  for each statement execute function note_links();
create trigger note_delete after delete on file_episode referencing old table as changed
  for each statement execute function note_links();

-- The episodes that a series comes with are part of its being added; those of a removed one go with it.
create function note_episodes() returns trigger language plpgsql set search_path from current as $$
begin
  insert into series_event (series_id, what, episode_ids)
  select series.id, case tg_op when 'INSERT' then 'episodes_added' else 'episodes_removed' end, array_agg(changed.id)
  from changed join series on series.id = series_id
  where series.added_at <> now()::timestamptz(3) or tg_op = 'DELETE'
  group by series.id;
  return null;
end $$;

create trigger note_insert after insert on episode referencing new table as changed
  for each statement execute function note_episodes();
create trigger note_delete after delete on episode referencing old table as changed
  for each statement execute function note_episodes();

-- Its plan is kept from the first call, which may have had no row at all: a nested loop over 1,300 of them takes 0.3 s.
create function note_episode_changes() returns trigger language plpgsql
  set search_path from current set enable_nestloop = off as $$
begin
  insert into series_event (series_id, what, detail, episode_ids)
  select changed.series_id, difference.what, difference.detail, array_agg(changed.id)
  from (select id from (select * from changed except select * from before) rows) differing
  join changed using (id) join before using (id)
  cross join lateral (
    select 'monitoring' as what, case when changed.monitored then 'on' else 'off' end as detail
    where changed.monitored <> before.monitored
    union all
    select 'renumbered', null where (changed.season, changed.episode) <> (before.season, before.episode)
    union all
    select 'refreshed', concat_ws(', ', case when changed.title <> before.title then 'title' end,
      case when changed.air_date is distinct from before.air_date then 'air_date' end)
    where changed.title <> before.title or changed.air_date is distinct from before.air_date
  ) difference
  group by changed.series_id, difference.what, difference.detail;
  return null;
end $$;

create trigger note_update after update on episode referencing old table as before new table as changed
  for each statement execute function note_episode_changes();

create function note_series() returns trigger language plpgsql set search_path from current as $$
begin
  if tg_op = 'INSERT' then
    insert into series_event (series_id, what) values (new.id, 'added');
    return null;
  end if;
  insert into series_event (series_id, what, detail)
  select new.id, what, string_agg(detail, ', ') from (values
    ('refreshed', case when new.title <> old.title then 'title' end),
    ('refreshed', case when new.status <> old.status then 'status ' || new.status end),
    ('refreshed', case when new.synonyms <> old.synonyms then 'synonyms' end),
    ('edited', case when new.monitor <> old.monitor then 'monitor ' || new.monitor end),
    ('edited', case when new.auto_download <> old.auto_download
      then 'auto_download ' || case when new.auto_download then 'on' else 'off' end end),
    ('edited', case when new.priority <> old.priority then 'priority ' || new.priority end),
    ('edited', case when new.folder <> old.folder then 'folder ' || new.folder end),
    ('edited', case when new.tags <> old.tags then 'tags ' || array_to_string(new.tags, ' ') end)
  ) difference (what, detail) where detail is not null group by what;
  return null;
end $$;

create trigger note_insert after insert on series for each row execute function note_series();
-- The counts change all the time.
create trigger note_update after update on series for each row
  when ((old.title, old.status, old.synonyms, old.monitor, old.auto_download, old.priority, old.folder, old.tags)
    is distinct from
    (new.title, new.status, new.synonyms, new.monitor, new.auto_download, new.priority, new.folder, new.tags))
  execute function note_series();

create function note_rename() returns trigger language plpgsql set search_path from current as $$
begin
  insert into series_event (series_id, what, detail, episode_ids)
  values (new.series_id, 'renamed', old.path || ' → ' || new.path,
    array(select episode_id from file_episode where file_id = new.id));
  return null;
end $$;

create trigger note_rename after update on file for each row
  when (old.path <> new.path and new.series_id is not null) execute function note_rename();

alter table series
  add column refreshed_at timestamptz(3),
  -- Also when it failed, so that one that always fails does not stand at the head of the line for ever.
  add column refresh_tried_at timestamptz(3);
create index series_by_refresh on series (coalesce(refresh_tried_at, added_at)) where status <> 'ended';

-- A picture of the episode, where a source has one.
alter table episode add column still_url text;

-- The address for calendar programs. Its token is told once and kept as a hash.
create table calendar_feed (
  only_row boolean primary key default true check (only_row),
  token_hash text not null,
  created_at timestamptz(3) not null default now()
);
