import {
  AppConfig,
  auth,
  type ConfigVersion,
  config as contract,
  type EffectiveConfig,
  fail,
  type Session,
} from '@aniworld/contracts';
import { unknownPaths } from '@aniworld/contracts/config-fields';
import type { Overrides } from '@aniworld/contracts/config-variables';
import { type Ctx, emit, type Loop, sharing } from '@aniworld/chassis';
import { changedPaths } from './config/change.ts';
import { mergePatch } from './config/merge-patch.ts';
import { refuseContradictions, withoutOverrides } from './config/override.ts';
import { withValues } from './config/place.ts';
import { requireUsable, withSecrets } from './config/review.ts';
import { masked } from './config/secret.ts';
import { readStored } from './config/stored.ts';
import { prepareFolders } from './folder.ts';
import { insertConfig, lockConfig, type NewConfig, newestConfig } from './store/config.ts';
import type { Database, Tx } from './store/database.ts';

/**
 * The one configuration document. Each change is a new version; version 0 is nothing but defaults. What is in force is the
 * stored document with what the environment decides put over it. A document without library folders means the service's own
 * default folder, if it has one.
 */
export interface Configuration {
  /** What the environment decides. */
  readonly overrides: Overrides;
  /** What is in force, with its secrets. */
  current(): Promise<EffectiveConfig>;
  /** The same as it was a fifth of a second ago at most: for what is asked several times for each episode. */
  recent(): Promise<EffectiveConfig>;
  read(): Promise<State>;
  /** What is in force, as it may be shown. */
  shown(): Promise<ConfigVersion>;
  /** @throws VERSION_CONFLICT, PRECONDITION_FAILED, FOLDER_UNUSABLE, CONFIG_OVERRIDDEN, INVALID_REQUEST */
  update(change: { config: AppConfig } & Condition, by: string | null): Promise<ConfigVersion>;
  /** As `update`, with a merge patch (RFC 7396). */
  patch(change: { config: Record<string, unknown> } & Condition, by: string | null): Promise<ConfigVersion>;
  /**
   * Stores what `make` makes of the current state: the document without what the environment decides.
   * @throws as `update` does
   */
  change(condition: Condition, origin: Origin, make: (state: State) => AppConfig): Promise<State>;
  /** @throws ALREADY_SET_UP, FOLDER_UNUSABLE, INVALID_REQUEST */
  setUp(first: { password: string; config: AppConfig }, ctx: Ctx): Promise<Session>;
}

/** The configuration at one moment. */
export interface State {
  version: number;
  /** Without what the environment decides. */
  stored: AppConfig;
  /** In force. */
  config: AppConfig;
}

/** Which version was edited: as the request says it, and by its entity tag. */
export interface Condition {
  version?: number | undefined;
  if_match?: string | undefined;
}

export type Origin = Pick<NewConfig, 'changed_by' | 'reason' | 'restored_from'>;

export interface ConfigurationDeps {
  db: Database;
  relay: Pick<Loop, 'wake'>;
  defaultFolder: string | undefined;
  overrides: Overrides;
}

/** A change without a condition is made anew when another one came between; so many in a row are somebody's loop. */
const MOST_TRIES = 5;

/** How long what is in force may be what another replica has changed meanwhile, in milliseconds. */
const KEPT_MS = 200;

function keptBriefly<Value>(read: () => Promise<Value>): { read: () => Promise<Value>; forget: () => void } {
  let last: { value: Promise<Value>; until: number } | undefined;
  const forget = () => (last = undefined);
  return {
    read() {
      if (last && performance.now() < last.until) return last.value;
      const value = read();
      last = { value, until: performance.now() + KEPT_MS };
      value.catch(forget);
      return value;
    },
    forget,
  };
}

export function createConfiguration(given: ConfigurationDeps): Configuration {
  const { overrides } = given;
  const read = () => readState(given, given.db);
  const current = sharing(async () => {
    const { version, config } = await read();
    return { version, config };
  });
  const kept = keptBriefly(current);
  const deps = { ...given, onStored: kept.forget };
  const shown = ({ version, config }: State) => ({
    version,
    config: masked(config),
    overridden: [...overrides.keys()],
  });
  const update = async (condition: Condition, by: string | null, make: (state: State) => AppConfig) =>
    shown(await change(deps, condition, { changed_by: by, reason: 'change', restored_from: null }, make));
  return {
    overrides,
    read,
    current,
    recent: kept.read,
    shown: async () => shown(await read()),
    update: ({ config, ...condition }, by) => update(condition, by, (state) => replaced(config, state, overrides)),
    patch: ({ config: patch, ...condition }, by) =>
      update(condition, by, (state) => replaced(patched(patch, state, overrides), state, overrides)),
    change: (condition, origin, make) => change(deps, condition, origin, make),
    setUp: (first, ctx) => setUp(deps, first, ctx),
  };
}

async function readState(deps: ConfigurationDeps, db: Database | Tx): Promise<State> {
  const newest = await newestConfig(db);
  return stateOf(deps, newest?.version ?? 0, readStored(newest?.config ?? {}));
}

function stateOf({ defaultFolder, overrides }: ConfigurationDeps, version: number, stored: AppConfig): State {
  const config = withValues(stored, overrides);
  if (config.library.folders.length === 0 && defaultFolder) config.library.folders = [defaultFolder];
  return { version, stored, config };
}

/** The document that takes the place of what was shown. */
function replaced(config: AppConfig, state: State, overrides: Overrides): AppConfig {
  const whole = withSecrets(config, state.config);
  refuseContradictions(whole, state.config, overrides);
  return withoutOverrides(whole, state.stored, overrides);
}

function patched(patch: Record<string, unknown>, { stored }: State, overrides: Overrides): AppConfig {
  const unknown = unknownPaths(patch);
  if (unknown.length > 0) {
    const errors = unknown.map((path) => ({ path: `config.${path}`, message: 'There is no such setting.' }));
    throw fail('INVALID_REQUEST', { errors });
  }
  const parsed = AppConfig.safeParse(mergePatch(withValues(stored, overrides), patch));
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: ['config', ...path].join('.'), message }));
  throw fail('INVALID_REQUEST', { errors });
}

/** With what is to be called when a new version is in force. */
type Storing = ConfigurationDeps & { onStored: () => void };

async function change(
  deps: Storing,
  condition: Condition,
  origin: Origin,
  make: (state: State) => AppConfig,
): Promise<State> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const state = await readState(deps, deps.db);
    requireCurrent(state, condition);
    // Outside of the transaction: a folder on a slow disk must not hold a lock.
    const next = await prepared(deps, make(state));
    const isSame = state.version > 0 && changedPaths(state.stored, next).length === 0;
    if (isSame && origin.reason === 'change') return state;
    const after = await store(deps, state, next, origin);
    if (after) return after;
  }
  throw fail('VERSION_CONFLICT');
}

function requireCurrent({ version }: State, condition: Condition): void {
  if (condition.if_match !== undefined && condition.if_match !== String(version)) throw fail('PRECONDITION_FAILED');
  if (condition.version !== undefined && condition.version !== version) throw fail('VERSION_CONFLICT');
}

/** The document with folders that exist, in one spelling. */
async function prepared(deps: ConfigurationDeps, config: AppConfig): Promise<AppConfig> {
  requireUsable(config);
  const folders = await prepareFolders(stateOf(deps, 0, config).config.library.folders, 'config.library.folders');
  const isOwn = !deps.overrides.has('library.folders') && config.library.folders.length > 0;
  return isOwn ? { ...config, library: { ...config.library, folders } } : config;
}

/** @returns undefined when another change came between */
async function store(deps: Storing, before: State, next: AppConfig, origin: Origin): Promise<State | undefined> {
  const after = stateOf(deps, before.version + 1, next);
  const isStored = await deps.db.transaction().execute(async (tx) => {
    await lockConfig(tx);
    const newest = await newestConfig(tx);
    if ((newest?.version ?? 0) !== before.version) return false;
    await insertConfig(tx, { ...origin, version: after.version, config: next });
    // Whoever listens asks for the document itself, and gets what it may see of it.
    await emit(tx, contract.changed, { version: after.version, paths: changedPaths(before.config, after.config) });
    return true;
  });
  if (!isStored) return undefined;
  deps.onStored();
  deps.relay.wake();
  return after;
}

/**
 * The password first, because only one caller can set it: whoever does has the right to store the configuration. The
 * question before it keeps a stranger from creating folders on a server that was set up long ago.
 */
async function setUp(deps: Storing, first: { password: string; config: AppConfig }, ctx: Ctx): Promise<Session> {
  if ((await ctx.call(auth.status, {})).set_up) throw fail('ALREADY_SET_UP');
  const config = await prepared(deps, first.config);
  const session = await ctx.call(auth.setup, { password: first.password });
  await change(deps, {}, { changed_by: session.session_id, reason: 'setup', restored_from: null }, () => config);
  return session;
}
