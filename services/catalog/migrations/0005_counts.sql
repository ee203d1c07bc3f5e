-- What is counted of a series is kept with it and never counted when somebody asks.
alter table series
  add column monitored_count integer not null default 0,
  -- The same figures by season: [{season, episode_count, file_count, missing_count, monitored_count}], specials last.
  add column seasons jsonb not null default '[]',
  -- With the rule `future`: when it was set. Episodes that appear later and aired before are not wanted.
  add column monitored_from date,
  -- `next_airing` says better which counts a new day makes wrong.
  drop column counted_on;
-- A day after all others stands for none, so that one index serves the list and the look for days that have come.
create index series_by_airing on series ((coalesce(next_airing, 'infinity')), id);
create index series_by_size on series (size, id);
create index series_by_missing on series (missing_count, id);
create index series_by_tag on series using gin (tags);

drop trigger recount on episode;
drop trigger recount_update on episode;
drop trigger recount_delete on episode;
drop trigger recount_update on file;
drop trigger recount on file_episode;
drop trigger recount_delete on file_episode;
drop function recount_from_series_id();
drop function recount_from_link();
drop function recount_series(uuid[]);

-- Counts series anew from the rows that they stand for: an episode is missing when it is monitored, has no file, and its
-- day has come (UTC) or is not known.
--
-- The series are locked by a statement of their own, in one order: the next one then sees what the transaction that had
-- them has committed, or two at once would each count without the other's rows. Each series is read by its own indexes:
-- `offset 0` keeps the joins in this order and the setting keeps a plan away that was made while the tables were empty.
-- During a first scan there are no statistics, and the planner would read all links once for each series.
create function recount_series(ids uuid[]) returns void language plpgsql
  set search_path from current set enable_seqscan = off as $$
declare
  today date := (now() at time zone 'utc')::date;
begin
  if cardinality(ids) = 0 then return; end if;
  perform from series where id = any(ids) order by id for no key update;
  update series set
    episode_count = fresh.episodes, file_count = fresh.files, missing_count = fresh.missing,
    monitored_count = fresh.monitored, size = fresh.bytes, next_airing = fresh.next_day, seasons = fresh.by_season
  from (
    select wanted.id, counts.*, sizes.bytes
    from unnest(ids) as wanted (id)
    cross join lateral (
      select coalesce(sum(episodes), 0) as episodes, coalesce(sum(files), 0) as files,
        coalesce(sum(missing), 0) as missing, coalesce(sum(monitored), 0) as monitored, min(next_day) as next_day,
        coalesce(jsonb_agg(jsonb_build_object('season', season, 'episode_count', episodes, 'file_count', files,
          'missing_count', missing, 'monitored_count', monitored) order by season = 0, season), '[]') as by_season
      from (
        select season, count(*) as episodes, count(held.present) as files,
          count(*) filter (where monitored) as monitored,
          count(*) filter (where monitored and held.present is null
            and (air_date is null or air_date <= today)) as missing,
          min(air_date) filter (where air_date > today) as next_day
        from episode
        left join lateral (select true as present from file_episode where episode_id = episode.id limit 1) held on true
        where series_id = wanted.id
        group by season
      ) seasons
    ) counts
    cross join lateral (
      select coalesce(sum(size), 0) as bytes from (
        select distinct file.id, file.size
        from episode
        cross join lateral (select file_id from file_episode where episode_id = episode.id offset 0) held
        cross join lateral (select id, size from file where id = held.file_id offset 0) file
        where series_id = wanted.id
      ) files
    ) sizes
  ) fresh
  where series.id = fresh.id
    and (series.episode_count, series.file_count, series.missing_count, series.monitored_count, series.size,
      series.next_airing, series.seasons)
    is distinct from (fresh.episodes, fresh.files, fresh.missing, fresh.monitored, fresh.bytes, fresh.next_day,
      fresh.by_season);
end $$;

create function recount_of_episodes() returns trigger language plpgsql set search_path from current as $$
begin
  perform recount_series(array(select distinct series_id from changed));
  return null;
end $$;

-- By set difference and not by a join: its plan is kept from the first call, which may have had a single row.
create function recount_of_changed_episodes() returns trigger language plpgsql set search_path from current as $$
begin
  perform recount_series(array(select distinct series_id from (
    (select id, series_id, season, air_date, monitored from changed
      except select id, series_id, season, air_date, monitored from before)
    union all
    (select id, series_id, season, air_date, monitored from before
      except select id, series_id, season, air_date, monitored from changed)
  ) differing));
  return null;
end $$;

create function recount_of_links() returns trigger language plpgsql set search_path from current as $$
begin
  perform recount_series(array(
    select distinct series_id from (
      select (select series_id from episode where id = episode_id) as series_id from changed
    ) linked where series_id is not null
  ));
  return null;
end $$;

-- A file counts by the episodes that it is linked to; of itself only its size does.
create function recount_of_resized_files() returns trigger language plpgsql set search_path from current as $$
begin
  perform recount_series(array(
    select distinct series_id from (
      select (select series_id from episode where id = linked.episode_id) as series_id
      from (select id, size from changed except select id, size from before) resized
      cross join lateral (select episode_id from file_episode where file_id = resized.id) linked
    ) owners where series_id is not null
  ));
  return null;
end $$;

create trigger recount_insert after insert on episode referencing new table as changed
  for each statement execute function recount_of_episodes();
create trigger recount_update after update on episode referencing old table as before new table as changed
  for each statement execute function recount_of_changed_episodes();
create trigger recount_delete after delete on episode referencing old table as changed
  for each statement execute function recount_of_episodes();
create trigger recount_update after update on file referencing old table as before new table as changed
  for each statement execute function recount_of_resized_files();
create trigger recount_insert after insert on file_episode referencing new table as changed
  for each statement execute function recount_of_links();
create trigger recount_delete after delete on file_episode referencing old table as changed
  for each statement execute function recount_of_links();

select recount_series(array(select id from series));
