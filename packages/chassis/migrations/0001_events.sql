-- Events that this service publishes. Written in the transaction of the change, sent by the relay, kept for a day so
-- that a stream that was lost can be filled again.
create table outbox (
  id uuid primary key default gen_random_uuid(),
  position bigint generated always as identity,
  name text not null,
  subject text not null,
  data jsonb not null,
  created_at timestamptz not null default now(),
  sent_at timestamptz
);
create index outbox_unsent on outbox (position) where sent_at is null;
create index outbox_sent on outbox (sent_at) where sent_at is not null;

-- What the relay last saw of the stream: when it was created and how far it was.
create table outbox_stream (
  only_row boolean primary key default true check (only_row),
  created text not null,
  last_seq bigint not null
);

-- Events whose effect has been committed here; the key is what makes a redelivery harmless.
create table inbox (
  consumer text not null,
  event_id text not null,
  handled_at timestamptz not null default now(),
  primary key (consumer, event_id)
);
create index inbox_age on inbox (handled_at);

-- Events that failed again and again. They wait here for a person.
create table parked_event (
  consumer text not null,
  event_id text not null,
  subject text not null,
  data jsonb not null,
  error text not null,
  parked_at timestamptz not null default now(),
  primary key (consumer, event_id)
);
