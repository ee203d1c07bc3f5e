-- Where in the stream an event was put. The last one that was sent proves that the stream is still the same: a sequence
-- number alone doesn't, because an older copy of the stream counts on and soon passes the number that was seen last.
alter table outbox add column seq bigint;
create index outbox_seq on outbox (seq);
alter table outbox_stream drop column last_seq;
