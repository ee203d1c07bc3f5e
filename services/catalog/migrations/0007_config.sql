-- Why a version of the configuration came to be, and which one a restore brought back.
alter table config_version
  add column reason text not null default 'change' check (reason in ('setup', 'change', 'restore', 'import')),
  add column restored_from integer references config_version (version),
  add constraint config_version_restore check ((reason = 'restore') = (restored_from is not null));
