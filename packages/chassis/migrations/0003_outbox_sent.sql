-- Only sent events have a place in the stream; those that wait need no entry.
drop index outbox_seq;
create index outbox_seq on outbox (seq) where seq is not null;
