-- What the last scan saw of a folder. While the digest over names, sizes, times and inodes of its videos stays the same,
-- none of their rows is looked at.
create table folder (
  path text collate "C" primary key,
  root text not null,
  place text not null,
  -- -1 for one that had been changed a moment before it was read: its time may stay the same at the next change.
  mtime_ms double precision not null,
  inode double precision not null,
  -- It lay on another file system than the folder above it.
  mounted boolean not null,
  digest text not null,
  files integer not null check (files >= 0)
);
create index folder_by_place on folder (root, place);

-- Library folders that were scanned.
create table root (
  path text primary key,
  -- Its mark, the folder .aniworld, has been seen together with files.
  marked boolean not null default false,
  -- Why it counts as away; null while it is there.
  away text
);

alter table file
  add column inode double precision,
  -- What lies beside episodes (a sample, a trailer, an extra) has no episode and is not expected to have one.
  add column kind text not null default 'episode'
    check (kind in ('episode', 'opening', 'ending', 'preview', 'trailer', 'menu', 'sample', 'extra'));

-- What is in a file, as long as size, time and inode are still these.
create table media (
  file_id uuid primary key references file on delete cascade,
  size bigint not null,
  mtime_ms bigint not null,
  inode double precision,
  -- Null when it is no video that a player takes, or could not be read; `problem` says why.
  facts jsonb,
  problem text,
  -- It could not be read at all, which may be otherwise later.
  unread boolean not null default false,
  read_at timestamptz(3) not null default now(),
  check ((facts is null) = (problem is not null))
);

alter table scan drop constraint scan_state_check;
alter table scan
  add constraint scan_state_check check (state in ('running', 'completed', 'failed', 'cancelled')),
  add column extras integer not null default 0,
  -- A person wants it to end.
  add column cancel_asked boolean not null default false,
  -- Its process ended, so what it had not come to is still to be looked at.
  add column interrupted boolean not null default false,
  -- Which series and which version of the program the files were compared with.
  add column compared_with text;
