-- What follows from new links, in one pass over them. Timeline, wanted list and counts each looked for episodes and files anew
-- before: a fifth of the time that a first scan spent in the database.
--
-- The settings and `offset 0` as in note_links: during a first scan there are no statistics.
create function follow_links() returns trigger language plpgsql
  set search_path from current set enable_seqscan = off as $$
declare
  owners uuid[];
begin
  with linked as materialized (
    select episode_id, series_id, pinned, path
    from changed
    cross join lateral (select series_id from episode where id = episode_id offset 0) episode
    cross join lateral (select pinned, path from file where id = file_id offset 0) file
  ),
  noted as (
    insert into series_event (series_id, what, detail, episode_ids)
    select series_id, case when pinned then 'downloaded' else 'files_found' end,
      case when min(path) = max(path) then min(path) end, array_agg(distinct episode_id)
    from linked group by series_id, pinned
  ),
  -- A link makes no episode wanted.
  held as (delete from wanted where episode_id = any(array(select episode_id from linked)))
  select array_agg(distinct series_id) into owners from linked;
  perform recount_series(coalesce(owners, '{}'));
  return null;
end $$;

drop trigger note_insert on file_episode;
drop trigger recount_insert on file_episode;
drop trigger wanted on file_episode;
create trigger follow_insert after insert on file_episode referencing new table as changed
  for each statement execute function follow_links();
