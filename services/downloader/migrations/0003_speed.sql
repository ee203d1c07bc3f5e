-- What claims, finishes and adds would otherwise wait for or read through.

-- An add looks for what ended of its episodes; without this it reads all that ever ended.
create index item_ended_episode on item (episode_id) where state in ('failed', 'cancelled');

-- Counts of the states: each change is a row of its own, and the reaper adds them up. Updated rows, however many, made claims
-- wait for each other and for the commit of a long add.
alter table item_count drop constraint item_count_pkey, drop column shard;

create or replace function count_items() returns trigger language plpgsql set search_path from current as $$
begin
  if tg_op = 'INSERT' then
    insert into item_count (state, n) select state, count(*) from new_rows group by state;
  elsif tg_op = 'DELETE' then
    insert into item_count (state, n) select state, -count(*) from old_rows group by state;
  else
    insert into item_count (state, n)
    select state, sum(d) from (
      select state, 1 as d from new_rows union all select state, -1 from old_rows
    ) moved group by state having sum(d) <> 0;
  end if;
  return null;
end $$;
