-- Events are read once and soon removed: packing those of many items took longer than all else that was written about them. Up to a page they
-- stay in their row.
alter table outbox alter column data set storage external;
alter table outbox set (toast_tuple_target = 8160);
