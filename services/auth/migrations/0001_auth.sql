-- The master password. The key allows one row: of two set-ups at the same moment one fails.
create table master_password (
  only_row boolean primary key default true check (only_row),
  hash text not null check (hash like '$argon2id$%'),
  created_at timestamptz not null default now()
);

-- ES256 key pairs. A retired one signs nothing more; tokens that it signed are good until they expire.
create table signing_key (
  kid text primary key,
  private_pem text not null,
  public_pem text not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz
);
-- One key signs: replicas that start together agree on it here.
create unique index signing_key_active on signing_key ((retired_at is null)) where retired_at is null;

create table session (
  id uuid primary key,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index session_expiry on session (expires_at);
create index session_revoked on session (expires_at) where revoked_at is not null;

-- Failed logins since the last good one or the last quiet quarter of an hour.
create table login_failure (
  only_row boolean primary key default true check (only_row),
  fails integer not null check (fails > 0),
  last_at timestamptz not null default now()
);
