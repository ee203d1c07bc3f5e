-- What of a series is wanted. `monitor` is the rule for episodes that appear later; `episode.monitored` is what counts.
alter table series
  add column monitor text not null default 'all' check (monitor in ('all', 'future', 'missing', 'none')),
  add column auto_download boolean not null default false,
  add column priority text not null default 'normal' check (priority in ('high', 'normal', 'low')),
  add column tags text[] not null default '{}',
  add column next_airing date;

alter table episode add column monitored boolean not null default true;
