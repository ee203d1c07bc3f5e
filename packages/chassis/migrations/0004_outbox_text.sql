-- An event is written once, sent as it was written, and looked into by nobody: as jsonb it was taken apart and put together again on
-- both ways.
alter table outbox alter column data type json using data::text::json;
