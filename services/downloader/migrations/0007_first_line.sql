-- As in 0006, but looks into as many lines as it has rooms, and into more only where that was not enough: an index reads a whole
-- page of a line, however few of its items are asked for. And it moves on every head that turned out to be behind: lines from which nobody
-- had taken anything yet kept the place of the first, so that each claim looked into all of them.
-- Its plans are made once: half of them were made anew each time, for the sake of a limit.
-- One row of nulls says that there was something to take, but that others were at it.
create or replace function claim_items(who text, tags text[], seconds double precision, most integer) returns setof item
language plpgsql set search_path from current set plan_cache_mode = force_generic_plan as $$
declare
  rooms integer[];
  looked integer;
  entrance integer;
  candidate record;
  taken uuid[] := '{}';
  hosts text[] := '{}';
  closed text[] := '{}';
  behind text[] := '{}';
  contested boolean := false;
begin
  select array_agg(n) into rooms from (
    select s.n from slot s, queue_state q
    where s.item_id is null and s.n <= q.max_concurrent and q.running and not q.paused and q.guard_reason is null
    order by s.n limit most for update of s skip locked
  ) room;
  if rooms is null then
    contested := exists (
      select from slot s, queue_state q
      where s.item_id is null and s.n <= q.max_concurrent and q.running and not q.paused and q.guard_reason is null);
  end if;
  -- Heads of lines are never behind their first items: what stands before the head of the first line that was not looked at is
  -- before everything in all of those. Where that head is true, the line that begins first is enough.
  for looked in select n from unnest(array[cardinality(rooms), cardinality(rooms) + 4, null]) n where rooms is not null loop
    for candidate in
      with line as materialized (
        select * from (
          select l.host, h.max, coalesce(l.priority, 'high') as priority, coalesce(l.rank, '') as rank
          from line_head l join host h using (host) where h.blocked_until is null or h.blocked_until <= now()
          order by 3, 4
        ) any_line
        -- Not by "exists": that would be answered for all lines at once.
        where (select true from host_slot hs
          where hs.host = any_line.host and item_id is null and (free_at is null or free_at <= now()) limit 1)
        limit looked + 1
      )
      select line.host, first.id, first.at,
        first.rank is distinct from line.rank as behind,
        ((select count(*) from line) <= looked) is not false
          or (first.priority, first.rank) < (select priority, rank from line order by priority desc, rank desc limit 1) as sure
      from (select * from line limit looked) line left join lateral (
        select item.priority, item.rank, id, item.ctid as at from item
        where item.host = line.host and state = 'pending' and not_before is null and not held
          and (needs = '{}' or needs <@ tags) and (item.priority, item.rank) >= (line.priority, line.rank)
        order by item.priority, item.rank, id limit least(line.max, most)
      ) first on true
      order by first.priority, first.rank, first.id
    loop
      if candidate.behind then behind := behind || candidate.host; end if;
      continue when candidate.id is null or not candidate.sure or candidate.host = any (closed);
      select n into entrance from host_slot
      where host = candidate.host and item_id is null and (free_at is null or free_at <= now())
      order by n limit 1 for update skip locked;
      if not found then
        closed := closed || candidate.host;
        contested := contested or candidate.host <> all (hosts);
        continue;
      end if;
      -- At the place where it was seen: who changed it since may have moved it.
      perform from item where ctid = candidate.at and state = 'pending' and not_before is null and not held
      for update skip locked;
      if not found then
        contested := true;
        continue;
      end if;
      taken := taken || candidate.id;
      hosts := hosts || candidate.host;
      update slot set item_id = candidate.id where n = rooms[cardinality(taken)];
      update host_slot set item_id = candidate.id, free_at = (
        select now() + make_interval(secs => 60.0 * max / per_minute) from host
        where host = candidate.host and per_minute is not null)
      where host = candidate.host and n = entrance;
      exit when cardinality(taken) = cardinality(rooms);
    end loop;
    exit when cardinality(taken) > 0;
  end loop;
  if cardinality(taken) > 0 then
    return query
      with leased as (
        update item set state = 'downloading', lease_epoch = lease_epoch + 1, worker = who, started_at = now(),
          lease_until = now() + make_interval(secs => seconds), error_cause = null, error_detail = null
        where id = any (taken) returning *
      )
      select * from leased order by array_position(taken, id);
    perform raise_lines(hosts || behind);
  elsif contested then
    return query select (null::item).*;
  end if;
end $$;
