-- The workers of the old machine are gone. Their items wait again, with what is known of their part files; one that was being
-- given its final name keeps its lease, which has run out: the reaper looks whether the file is there.
update item set state = 'pending', lease_until = null, worker = null, lease_epoch = lease_epoch + 1
where state = 'downloading' and publishing is null;
update slot set item_id = null where item_id not in (select id from item where state = 'downloading');
update host_slot set item_id = null where item_id not in (select id from item where state = 'downloading');
-- A host that refused the old machine may not refuse this one.
update host set blocked_until = null, blocked_reason = null, failures = 0;
