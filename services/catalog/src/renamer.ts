import { fail, type Rename, type RenamePlan } from '@aniworld/contracts';
import { killPoint, type Log, type Loop, loop } from '@aniworld/chassis';
import { FolderError, moveFile, prune } from '@aniworld/library';
import type { Configuration } from './configuration.ts';
import { reasonOf } from './disk.ts';
import { enterRoot } from './mark.ts';
import { movesOf, nameFor, planSeries, type SeriesPlan } from './rename.ts';
import { tell } from './settle.ts';
import { type Database, lockMatching } from './store/database.ts';
import { linksBySeries } from './store/link.ts';
import {
  type Batch,
  failMove,
  filesToName,
  finishBatch,
  insertBatch,
  insertMoves,
  isUndone,
  listBatches,
  type Move,
  type NamedSeries,
  planBack,
  plannedMoves,
  problemsOf,
  recordMove,
  runningBatch,
  seriesToRename,
  withRenameLock,
} from './store/rename.ts';
import { findRoot } from './store/root.ts';
import { placeOf } from './walk.ts';

/**
 * Gives files of the library the names of the template, in the background.
 *
 *   (none) --- rename, undo ---> running ---> completed
 *                                   |-------> failed   a library folder is away, or the template makes no sense
 *
 * Invariants: one batch runs at a time over all replicas; a move is written down before it is done, and doing it again
 * after a crash goes on where it was; no file is ever put over another; under the lock of matching a file and its row get
 * the new name together, so that no scan takes it for a new one.
 */
export interface Renamer extends AsyncDisposable {
  /** One page of what would be done, in the order of series and paths. @throws NAMING_TEMPLATE */
  preview(wanted: Preview): Promise<{ items: RenamePlan[]; next: { key: string; id: string } | null }>;
  /** @throws RENAME_RUNNING, NAMING_TEMPLATE */
  begin(seriesIds: string[] | null): Promise<Rename>;
  /** @throws RENAME_NOT_FOUND, RENAME_RUNNING, RENAME_UNDONE */
  undo(id: string): Promise<Rename>;
  /** @throws RENAME_NOT_FOUND */
  get(id: string): Promise<Rename>;
}

export interface Preview {
  seriesIds: string[] | null;
  after: { key: string; id: string } | null;
  limit: number;
}

export interface RenamerDeps {
  db: Database;
  relay: Pick<Loop, 'wake'>;
  log: Log;
  configuration: Pick<Configuration, 'current'>;
}

/** A batch whose replica died is taken up by another within this time. */
const EVERY_MS = 30_000;
const MOVES_AT_ONCE = 100;
const SERIES_AT_ONCE = 50;
/** What a preview looks at before it answers with what it has found so far. */
const MOST_FILES = 5_000;

export function createRenamer(deps: RenamerDeps): Renamer {
  const { db, log } = deps;
  const work = loop({
    name: 'rename',
    everyMs: EVERY_MS,
    log,
    run: async (signal) => {
      await withRenameLock(db, async () => {
        const batch = await runningBatch(db);
        if (batch) await perform(deps, batch, signal);
      });
    },
  });
  const get = async (id: string) => {
    const [batch] = await listBatches(db, { id, limit: 1 });
    if (!batch) throw fail('RENAME_NOT_FOUND');
    return { ...batch, problems: await problemsOf(db, id) };
  };
  return {
    get,
    preview: (wanted) => preview(deps, wanted),
    async begin(series_ids) {
      const template = (await deps.configuration.current()).config.library.naming;
      const id = await db.transaction().execute((tx) => insertBatch(tx, { template, series_ids, undoes: null }));
      if (!id) throw fail('RENAME_RUNNING');
      work.wake();
      return get(id);
    },
    async undo(undone) {
      const { state, template } = await get(undone);
      const id = await db.transaction().execute(async (tx) => {
        if (await isUndone(tx, undone)) throw fail('RENAME_UNDONE');
        const made =
          state === 'running' ? undefined : await insertBatch(tx, { template, series_ids: null, undoes: undone });
        if (!made) throw fail('RENAME_RUNNING');
        await planBack(tx, made, undone);
        return made;
      });
      work.wake();
      return get(id);
    },
    [Symbol.asyncDispose]: () => work[Symbol.asyncDispose](),
  };
}

async function preview({ db, configuration }: RenamerDeps, { seriesIds, after, limit }: Preview) {
  const { naming: template, folders } = (await configuration.current()).config.library;
  const items: RenamePlan[] = [];
  let looked = 0;
  // The series of the last row may have more files.
  let from = after ? [after.id] : [];
  for (let past = after?.id ?? null; ; ) {
    const ids = from.length > 0 ? from : seriesIds;
    const series = await seriesToRename(db, { ids, after: from.length > 0 ? null : past, limit: SERIES_AT_ONCE });
    if (series.length === 0 && from.length === 0) return { items, next: null };
    from = [];
    const links = await linksBySeries(
      db,
      series.map((one) => one.id),
    );
    for (const one of series) {
      const files = (await filesToName(db, one.id)).filter((file) => folders.includes(file.root));
      const plan = await planSeries(template, one, links.get(one.id) ?? {}, files);
      for (const { file, to, beside, conflict } of plan.files) {
        if (after && one.id === after.id && file.path <= after.key) continue;
        items.push({ file_id: file.id, series_id: one.id, from: file.path, to, beside, conflict });
        if (items.length === limit) return { items, next: { key: file.path, id: one.id } };
      }
      looked += files.length;
      past = one.id;
      // Paths begin with a slash: nothing of this series follows.
      if (looked >= MOST_FILES) return { items, next: { key: '\u{10ffff}', id: one.id } };
    }
  }
}

async function perform(deps: RenamerDeps, batch: Batch, signal: AbortSignal): Promise<void> {
  const { db, relay, log, configuration } = deps;
  try {
    const { folders, folder_mode } = (await configuration.current()).config.library;
    const run: Run = { deps, batch, folders, mode: octal(folder_mode), signal };
    await carryOut(run);
    if (batch.undoes === null) await renameSeries(run);
    await db.transaction().execute((tx) => finishBatch(tx, batch.id, 'completed', null));
  } catch (error) {
    if (signal.aborted) throw error;
    const known = error instanceof Trouble || (error as { code?: string }).code === 'NAMING_TEMPLATE';
    if (!known) throw error;
    await db.transaction().execute((tx) => finishBatch(tx, batch.id, 'failed', (error as Error).message));
    log.warn({ err: error, batch: batch.id }, 'renaming ended early');
  }
  relay.wake();
}

/** What ends a whole batch, in words for people. */
class Trouble extends Error {}

interface Run {
  deps: RenamerDeps;
  batch: Batch;
  /** The library folders; files elsewhere are not ours to touch. */
  folders: readonly string[];
  mode: number | null;
  signal: AbortSignal;
}

const octal = (mode: string | null) => (mode === null ? null : Number.parseInt(mode, 8));

async function renameSeries(run: Run): Promise<void> {
  const { deps, batch, signal } = run;
  for (let after = batch.planned_to; ; ) {
    const series = await seriesToRename(deps.db, { ids: batch.series_ids, after, limit: SERIES_AT_ONCE });
    if (series.length === 0) return;
    for (const one of series) {
      signal.throwIfAborted();
      const plan = await planOf(run, one);
      await deps.db.transaction().execute((tx) => insertMoves(tx, batch.id, one.id, movesOf(one.id, plan)));
      await killPoint('rename.planned');
      await carryOut(run);
      after = one.id;
    }
  }
}

async function planOf({ deps: { db }, batch, folders }: Run, series: NamedSeries): Promise<SeriesPlan> {
  const files = (await filesToName(db, series.id)).filter((file) => folders.includes(file.root));
  const links = (await linksBySeries(db, [series.id])).get(series.id) ?? {};
  // Most series have their names already, and then no folder is looked into.
  if (files.every((file) => nameFor(batch.template, series, links, file) === file.path))
    return { files: [], folders: [] };
  return planSeries(batch.template, series, links, files);
}

/** Does what is planned, and tidies up after it. */
async function carryOut(run: Run): Promise<void> {
  const { deps, batch, signal } = run;
  const entered = new Set<string>();
  for (;;) {
    const moves = await plannedMoves(deps.db, batch.id, MOVES_AT_ONCE);
    if (moves.length === 0) return;
    for (const move of moves) {
      signal.throwIfAborted();
      if (!entered.has(move.root)) await requireRoot(run, move.root);
      entered.add(move.root);
    }
    const failed = new Set<string>();
    for (const move of moves) {
      signal.throwIfAborted();
      if (move.beside !== null && failed.has(move.beside)) continue;
      if (!(await carryOutOne(run, move)) && move.file_id !== null) failed.add(move.file_id);
    }
    await deps.db.transaction().execute((tx) => tell(tx, moves));
    deps.relay.wake();
    await tidy(moves);
  }
}

async function requireRoot({ deps: { db }, folders }: Run, root: string): Promise<void> {
  if (!folders.includes(root)) throw new Trouble(`${root} is no longer a library folder.`);
  const { away } = await enterRoot(root, await findRoot(db, root), true);
  if (away !== null) throw new Trouble(`${root}: ${away}`);
}

/** @returns false when the file stays as it is */
async function carryOutOne({ deps: { db }, batch, mode }: Run, move: Move): Promise<boolean> {
  try {
    await db.transaction().execute(async (tx) => {
      await lockMatching(tx);
      await moveFile(move.root, move.source, move.target, mode);
      await killPoint('rename.moved');
      await recordMove(tx, move, placeOf(move.root, move.target));
    });
    return true;
  } catch (error) {
    const reason = error instanceof FolderError ? error.message : isOfDisk(error) ? reasonOf(error) : null;
    if (reason === null) throw error;
    await failMove(db, batch.id, move, reason);
    return false;
  }
}

/** An error of the file system, whose codes begin with E; those of the database have five digits and letters. */
const isOfDisk = (error: unknown) =>
  error instanceof Error && 'syscall' in error && typeof error.syscall === 'string' && 'path' in error;

/** Removes the folders that are empty now, and those above them. */
async function tidy(moves: readonly Move[]): Promise<void> {
  const left = new Map(moves.map(({ root, source }) => [source.slice(0, source.lastIndexOf('/')), root]));
  for (const [path, root] of [...left].sort(([one], [other]) => other.length - one.length))
    await prune(root, path).catch((error) => {
      if (!(error instanceof FolderError) && !isOfDisk(error)) throw error;
    });
}
