-- Where each host's line begins. What was claimed or has ended leaves dead entries at the head of the index, and while any
-- snapshot is held (a dump, somebody's open transaction) nothing can clean them away: each claim had to pass them all, of
-- every host. No item that could be claimed stands before this place; null is the very beginning.
create table line_head (
  host text primary key references host on delete cascade,
  priority item_priority,
  rank text collate "C"
) with (fillfactor = 40);
insert into line_head (host) select host from host;

create function open_line() returns trigger language plpgsql set search_path from current as $$
begin
  insert into line_head (host) values (new.host);
  return null;
end $$;
create trigger host_line after insert on host for each row execute function open_line();

-- The upkeep moves the heads on under the lock of their rows. Whatever makes an item claimable takes the same lock after
-- its write, so that one of the two sees the other. Rows are locked in the order of hosts, by one statement each.
create function lower_lines() returns trigger language plpgsql set search_path from current as $$
declare
  line record;
begin
  for line in
    select distinct on (host) host, priority, rank from new_rows
    where state = 'pending' and not_before is null and not held order by host, priority, rank
  loop
    perform from line_head where host = line.host for no key update;
    update line_head set priority = line.priority, rank = line.rank
    where host = line.host and (priority, rank) > (line.priority, line.rank);
  end loop;
  return null;
end $$;
create trigger item_line_insert after insert on item referencing new table as new_rows for each statement execute function lower_lines();
create trigger item_line_update after update on item referencing new table as new_rows for each statement execute function lower_lines();
