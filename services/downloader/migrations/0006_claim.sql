-- Takes the first items of the queue for a worker, at most `most`, and returns them in its order. A function, because each of
-- its small statements sees what those before it did, and needs hardly any time by itself: said in one statement, a claim spent
-- most of its time on setting up a plan of 130 nodes, and looked at the line of every host each time.
-- One row of nulls says that there was something to take, but that others were at it.
create function claim_items(who text, tags text[], seconds double precision, most integer) returns setof item
language plpgsql set search_path from current as $$
declare
  rooms integer[];
  enough integer;
  entrance integer;
  candidate record;
  taken uuid[] := '{}';
  hosts text[] := '{}';
  closed text[] := '{}';
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
  -- Heads of lines are never behind their first items, so that what stands before the head of the last line looked at is
  -- before everything in the lines that were not: most often a few lines are enough. Else all are looked at.
  for enough in select n from unnest(array[cardinality(rooms) + 4, null]) n where rooms is not null loop
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
        limit enough
      )
      select line.host, first.id, first.at from line, lateral (
        select item.priority, item.rank, id, item.ctid as at from item
        where item.host = line.host and state = 'pending' and not_before is null and not held
          and (needs = '{}' or needs <@ tags) and (item.priority, item.rank) >= (line.priority, line.rank)
        order by item.priority, item.rank, id limit least(line.max, most)
      ) first
      where ((select count(*) from line) < enough) is not false
        or (first.priority, first.rank) < (select priority, rank from line order by priority desc, rank desc limit 1)
      order by first.priority, first.rank, first.id
    loop
      continue when candidate.host = any (closed);
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
    perform raise_lines(hosts);
  elsif contested then
    return query select (null::item).*;
  end if;
end $$;

-- Moves the heads of these hosts' lines on to their first items, past what was claimed since. Lines that somebody else is at are passed
-- over. In two statements: the second has to see all that was written before the locks were there.
create function raise_lines(of_hosts text[]) returns void language plpgsql set search_path from current as $$
declare
  mine text[];
begin
  select array_agg(host) into mine from (
    select host from line_head where host = any (of_hosts) order by host for no key update skip locked
  ) locked;
  update line_head set priority = now_at.priority, rank = now_at.rank
  from (
    select l.host, coalesce(first.priority, 'low') as priority, coalesce(first.rank, '~') as rank
    from line_head l left join lateral (
      select priority, rank from item
      where item.host = l.host and state = 'pending' and not_before is null and not held
        and (item.priority, item.rank) >= (coalesce(l.priority, 'high'), coalesce(l.rank, ''))
      order by item.priority, item.rank limit 1
    ) first on true
    where l.host = any (mine)
  ) now_at
  where line_head.host = now_at.host and (line_head.priority, line_head.rank) is distinct from (now_at.priority, now_at.rank);
end $$;
