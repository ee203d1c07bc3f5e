-- As in 0007, with two differences. Slots are written together at the end and not one by one. And an item that a person is changing
-- in this moment, or that a description is being written to, keeps its place: it can't be locked either, like one that another
-- claim has in hand, but only that one is passed over. The other ends the claim, which asks again.
-- How the two are told apart: a claim locks for update, which an ordinary change of a row does not, and a lock on the key alone goes well with
-- the change and not with the claim.
create or replace function claim_items(who text, tags text[], seconds double precision, most integer) returns setof item
language plpgsql set search_path from current set plan_cache_mode = force_generic_plan as $$
declare
  rooms integer[];
  looked integer;
  entrance tid;
  entrances tid[] := '{}';
  candidate record;
  taken uuid[] := '{}';
  places tid[] := '{}';
  hosts text[] := '{}';
  closed text[] := '{}';
  behind text[] := '{}';
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
      select ctid into entrance from host_slot
      where host = candidate.host and item_id is null and (free_at is null or free_at <= now()) and ctid <> all (entrances)
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
        perform from item where id = candidate.id and state = 'pending' and not_before is null and not held
        for key share skip locked;
        changing := found;
        exit when changing;
        continue;
      end if;
      taken := taken || candidate.id;
      places := places || candidate.at;
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
    )
    update host_slot set item_id = given.id, free_at = now() + make_interval(secs => 60.0 * given.max / given.per_minute)
    from (
      select t.id, t.at, h.max, h.per_minute from unnest(taken, entrances, hosts) as t (id, at, host) join host h using (host)
    ) given
    where host_slot.ctid = given.at;
    return query
      with leased as (
        update item set state = 'downloading', lease_epoch = lease_epoch + 1, worker = who, started_at = now(),
          lease_until = now() + make_interval(secs => seconds), error_cause = null, error_detail = null
        where ctid = any (places) returning *
      )
      select * from leased order by array_position(taken, id);
    perform raise_lines(hosts || behind);
  elsif contested then
    return query select (null::item).*;
  end if;
end $$;

-- The items of an episode are few: their timelines are found by the episode.
drop index timeline_item;
