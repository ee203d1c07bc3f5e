import {
  AppConfig,
  auth,
  type ConfigVersion,
  config as contract,
  fail,
  NamingTemplate,
  type Session,
} from '@aniworld/contracts';
import { type Ctx, emit, type Loop } from '@aniworld/chassis';
import { readAllowList } from '@aniworld/egress';
import { prepareFolders } from './folder.ts';
import { insertConfig, lockConfig, newestConfig } from './store/config.ts';
import type { Database, Tx } from './store/database.ts';

/**
 * The one configuration document. Each change is a new version; version 0 is nothing but defaults. A document without
 * library folders means the service's own default folder, if it has one.
 */
export interface Configuration {
  current(): Promise<ConfigVersion>;
  /** @throws VERSION_CONFLICT, FOLDER_UNUSABLE, INVALID_REQUEST */
  update(change: { config: AppConfig; version?: number | undefined }, by: string | null): Promise<ConfigVersion>;
  /** @throws ALREADY_SET_UP, FOLDER_UNUSABLE, INVALID_REQUEST */
  setUp(first: { password: string; config: AppConfig }, ctx: Ctx): Promise<Session>;
}

export interface ConfigurationDeps {
  db: Database;
  relay: Pick<Loop, 'wake'>;
  defaultFolder: string | undefined;
}

export function createConfiguration(deps: ConfigurationDeps): Configuration {
  return {
    current: () => current(deps, deps.db),
    async update({ config, version }, by) {
      const checked = await checkedConfig(deps, config);
      return store(deps, checked, version, by);
    },
    setUp: (first, ctx) => setUp(deps, first, ctx),
  };
}

async function current({ defaultFolder }: ConfigurationDeps, db: Database | Tx): Promise<ConfigVersion> {
  const newest = await newestConfig(db);
  // Stored by an older version perhaps: the schema fills in what has been added since.
  const config = AppConfig.parse(withSoundNaming(newest?.config ?? {}));
  if (config.library.folders.length === 0 && defaultFolder) config.library.folders = [defaultFolder];
  return { version: newest?.version ?? 0, config };
}

/** A template that was stored before templates were checked must not keep the whole document from being read. */
function withSoundNaming(stored: unknown): unknown {
  const { library, ...rest } = stored as { library?: Record<string, unknown> };
  if (library?.naming === undefined || NamingTemplate.safeParse(library.naming).success) return stored;
  const { naming: _, ...sound } = library;
  return { ...rest, library: sound };
}

/** The document with folders that exist, in one spelling. */
async function checkedConfig({ defaultFolder }: ConfigurationDeps, config: AppConfig): Promise<AppConfig> {
  checkNetwork(config);
  const { library } = config;
  if (library.folders.length === 0 && defaultFolder) await prepareFolders([defaultFolder], 'config.library.folders');
  const folders = await prepareFolders(library.folders, 'config.library.folders');
  return { ...config, library: { ...library, folders } };
}

function checkNetwork({ network: { allow_private } }: AppConfig): void {
  const { wrong } = readAllowList(allow_private);
  if (wrong.length === 0) return;
  const message =
    'This must be an address, a network or a name, each with a port or without: 192.168.1.0/24, nas.local:80';
  const errors = wrong.map((entry) => ({
    path: `config.network.allow_private.${allow_private.indexOf(entry)}`,
    message,
  }));
  throw fail('INVALID_REQUEST', { errors });
}

async function store(
  deps: ConfigurationDeps,
  config: AppConfig,
  expected: number | undefined,
  by: string | null,
): Promise<ConfigVersion> {
  const stored = await deps.db.transaction().execute(async (tx) => {
    await lockConfig(tx);
    const before = await current(deps, tx);
    if (expected !== undefined && expected !== before.version) throw fail('VERSION_CONFLICT');
    await insertConfig(tx, { version: before.version + 1, config, changed_by: by });
    const after = await current(deps, tx);
    await emit(tx, contract.changed, after);
    return after;
  });
  deps.relay.wake();
  return stored;
}

/**
 * The password first, because only one caller can set it: whoever does has the right to store the configuration. The
 * question before it keeps a stranger from creating folders on a server that was set up long ago.
 */
async function setUp(
  deps: ConfigurationDeps,
  first: { password: string; config: AppConfig },
  ctx: Ctx,
): Promise<Session> {
  if ((await ctx.call(auth.status, {})).set_up) throw fail('ALREADY_SET_UP');
  const config = await checkedConfig(deps, first.config);
  const session = await ctx.call(auth.setup, { password: first.password });
  await store(deps, config, undefined, session.session_id);
  return session;
}
