-- Ids of a series at sites that know it too: tvdb, anidb, tmdb, imdb, anilist, mal, tvmaze.
create table series_link (
  series_id uuid not null references series on delete cascade,
  site text not null check (site ~ '^[a-z0-9_-]{1,32}$'),
  id text not null check (length(id) between 1 and 100),
  -- A person's word stays whatever the provider says later.
  by_person boolean not null default false,
  primary key (series_id, site)
);
create index series_link_by_id on series_link (site, id);

-- What a person has decided about files, for those that come later too.
create table match_rule (
  id uuid primary key default gen_random_uuid(),
  scope text not null check (scope in ('file', 'folder', 'title')),
  -- A file's or a folder's path, or a title in the form in which titles are compared.
  target text collate "C" not null,
  -- Null: such files are ignored.
  series_id uuid references series on delete cascade,
  -- Null: the season that the name says.
  season integer check (season between 0 and 9999),
  -- Added to the numbers in the name.
  number_offset integer not null default 0,
  -- For one file: the episodes themselves, which stay whatever numbers they get.
  episode_ids uuid[],
  created_at timestamptz(3) not null default now(),
  unique (scope, target)
);
create index match_rule_by_age on match_rule (created_at, id);

alter table file
  add column state text not null default 'unmatched'
    check (state in ('matched', 'unmatched', 'ambiguous', 'duplicate', 'ignored')),
  -- How sure it is, and whose word it is; null while it has no series.
  add column confidence text check (confidence in ('certain', 'likely', 'person', 'download')),
  -- Lines of the picture and version, as the name says: what decides between two files of one episode.
  add column resolution integer,
  add column version integer,
  -- The rule that decided it.
  add column rule_id uuid references match_rule on delete set null;

-- Of several files of one episode one is the episode's.
alter table file_episode add column chosen boolean not null default false;
update file_episode set chosen = true
from (
  select distinct on (episode_id) file_id, episode_id
  from file_episode join file on file.id = file_id
  order by episode_id, pinned desc, size desc, path
) as best
where file_episode.file_id = best.file_id and file_episode.episode_id = best.episode_id;
create unique index file_episode_chosen on file_episode (episode_id) where chosen;
create index file_episode_unchosen on file_episode (episode_id) where not chosen;

update file set
  state = case when exists (select from file_episode where file_id = file.id and chosen) then 'matched' else 'duplicate' end,
  confidence = case when pinned then 'download' else 'likely' end
where series_id is not null;

drop index file_unmatched;
create index file_open on file (path) where state <> 'matched';
create index file_by_rule on file (rule_id) where rule_id is not null;

-- Checked at the end of a statement: a provider may move all numbers of a season by one.
alter table episode
  drop constraint episode_series_id_season_episode_key,
  add constraint episode_series_id_season_episode_key unique (series_id, season, episode) deferrable initially immediate;

-- What a provider has called an episode before.
create table numbering_change (
  id bigint generated always as identity primary key,
  series_id uuid not null references series on delete cascade,
  episode_id uuid not null references episode on delete cascade,
  changed_at timestamptz(3) not null default now(),
  old_season integer not null,
  old_episode integer not null,
  old_absolute integer,
  new_season integer not null,
  new_episode integer not null,
  new_absolute integer
);
create index numbering_change_by_series on numbering_change (series_id, id desc);

-- Files of the library given other names, as one act that can be undone.
create table rename_batch (
  id uuid primary key default gen_random_uuid(),
  state text not null default 'running' check (state in ('running', 'completed', 'failed')),
  template text not null,
  -- Null: all series.
  series_ids uuid[],
  -- The last one whose moves are planned.
  planned_to uuid,
  -- The batch that this one takes back.
  undoes uuid references rename_batch on delete cascade,
  created_at timestamptz(3) not null default now(),
  finished_at timestamptz(3),
  problem text
);
create index rename_batch_by_age on rename_batch (created_at desc, id desc);
create unique index rename_batch_running on rename_batch ((true)) where state = 'running';

-- Written before anything is moved: what a crash leaves is settled from it.
create table rename_move (
  id bigint generated always as identity primary key,
  batch_id uuid not null references rename_batch on delete cascade,
  -- Null for what moves along with a file: subtitles, pictures, information.
  file_id uuid,
  -- The file that it moves along with.
  beside uuid,
  series_id uuid not null,
  root text not null,
  source text collate "C" not null,
  target text collate "C" not null,
  state text not null default 'planned' check (state in ('planned', 'done', 'failed')),
  problem text
);
create index rename_move_by_batch on rename_move (batch_id, id);
create index rename_move_planned on rename_move (batch_id, id) where state = 'planned';
