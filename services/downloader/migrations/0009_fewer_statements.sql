-- As in 0008, of fewer statements: an item is locked together with its entrance, the lines are locked together with the slots that are
-- filled, and their heads move on here and not in a function of their own. And it no longer sets the search path: only the service
-- calls it, whose connections have the same. A claim that comes by itself finds nothing of all that in the processor's caches.
create or replace function claim_items(who text, tags text[], seconds double precision, most integer) returns setof item
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  rooms integer[];
  looked integer;
  entrance tid;
  place tid;
  entrances tid[] := '{}';
  candidate record;
  taken uuid[] := '{}';
  places tid[] := '{}';
  hosts text[] := '{}';
  closed text[] := '{}';
  behind text[] := '{}';
  lines text[];
  contested boolean := false;
  changing boolean := false;
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
  foreach looked in array case when rooms is null then '{}' else array[cardinality(rooms), cardinality(rooms) + 4, null] end loop
    for candidate in
      with line as materialized (
        select * from (
          select *, (
            select count(*) from (
              select from host_slot hs
              where hs.host = any_line.host and item_id is null and (free_at is null or free_at <= now()) limit most
            ) entrance
          ) as free
          from (
            select l.host, coalesce(l.priority, 'high') as priority, coalesce(l.rank, '') as rank
            from line_head l join host h using (host) where h.blocked_until is null or h.blocked_until <= now()
            order by 2, 3
          ) any_line
          -- Line by line, until there are enough.
          offset 0
        ) counted
        where free > 0
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
        order by item.priority, item.rank, id limit free
      ) first on true
      order by first.priority, first.rank, first.id
    loop
      if candidate.behind then behind := behind || candidate.host; end if;
      continue when candidate.id is null or not candidate.sure or candidate.host = any (closed);
      -- The item at the place where it was seen: who changed it since may have moved it.
      select door.at, one.at into entrance, place from (
        select ctid as at from host_slot
        where host = candidate.host and item_id is null and (free_at is null or free_at <= now()) and ctid <> all (entrances)
        order by n limit 1 for update skip locked
      ) door left join lateral (
        select ctid as at from item where ctid = candidate.at and state = 'pending' and not_before is null and not held
        for update skip locked
      ) one on true;
      if not found then
        closed := closed || candidate.host;
        contested := contested or candidate.host <> all (hosts);
        continue;
      end if;
      if place is null then
        contested := true;
        perform from item where id = candidate.id and state = 'pending' and not_before is null and not held
        for key share skip locked;
        changing := found;
        exit when changing;
        continue;
      end if;
      taken := taken || candidate.id;
      places := places || place;
      hosts := hosts || candidate.host;
      entrances := entrances || entrance;
      exit when cardinality(taken) = cardinality(rooms);
    end loop;
    exit when changing or cardinality(taken) > 0;
  end loop;
  if cardinality(taken) > 0 then
    -- Without a limit of requests a minute `free_at` is null: the slot does not rest.
    with filled as (
      update slot set item_id = given.id
      from unnest(taken, rooms[:cardinality(taken)]) as given (id, n) where slot.n = given.n
    ), entered as (
      update host_slot set item_id = given.id, free_at = now() + make_interval(secs => 60.0 * given.max / given.per_minute)
      from (
        select t.id, t.at, h.max, h.per_minute from unnest(taken, entrances, hosts) as t (id, at, host) join host h using (host)
      ) given
      where host_slot.ctid = given.at
    )
    select array_agg(host) into lines from (
      select host from line_head where host = any (hosts || behind) order by host for no key update skip locked
    ) locked;
    return query
      with leased as (
        update item set state = 'downloading', lease_epoch = lease_epoch + 1, worker = who, started_at = now(),
          lease_until = now() + make_interval(secs => seconds), error_cause = null, error_detail = null
        where ctid = any (places) returning *
      )
      select * from leased order by array_position(taken, id);
    -- Heads move on past what was taken; their locks are older than this statement, which therefore sees what was written before them.
    update line_head set priority = now_at.priority, rank = now_at.rank
    from (
      select l.host, coalesce(first.priority, 'low') as priority, coalesce(first.rank, '~') as rank
      from line_head l left join lateral (
        select priority, rank from item
        where item.host = l.host and state = 'pending' and not_before is null and not held
          and (item.priority, item.rank) >= (coalesce(l.priority, 'high'), coalesce(l.rank, ''))
        order by item.priority, item.rank limit 1
      ) first on true
      where l.host = any (lines)
    ) now_at
    where line_head.host = now_at.host and (line_head.priority, line_head.rank) is distinct from (now_at.priority, now_at.rank);
  elsif contested then
    return query select (null::item).*;
  end if;
end $$;
