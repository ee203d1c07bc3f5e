-- Indexes that cost each claim and end more than they bring.

-- Says the same as item_finished, which the clean-up can read as well.
drop index item_ended_at;

-- Slots are few and change all the time: without an index on what changes, a change is written in place (HOT) and leaves
-- nothing behind in the indexes. That an item has one slot is the claim's business.
drop index slot_item;
drop index host_slot_item;
drop index host_slot_free;
alter table slot set (fillfactor = 40);
alter table host_slot set (fillfactor = 40);

-- Held items are counted at each look at the queue: they are no part of what is left to do.
create index item_held on item (id) where held and state = 'pending';
