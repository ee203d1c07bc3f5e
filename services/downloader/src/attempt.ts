import { type Bus, emit, killPoint, type Log, type Loop, writesFenced } from '@aniworld/chassis';
import { AppError, providers, queue, type Resolved } from '@aniworld/contracts';
import { rm, stat } from 'node:fs/promises';
import type { Kysely, Transaction } from 'kysely';
import type { Bandwidth } from './bandwidth.ts';
import { PAYLOAD_VERSION, type Publishing } from './checkpoint.ts';
import type { Complete } from './completion.ts';
import type { Fetched } from './engine/engine.ts';
import { fetchHttp } from './engine/http.ts';
import { blamesHost, Failure, judge, restSeconds, toFailure } from './failure.ts';
import type { Held } from './keeper.ts';
import { episodePath } from './naming.ts';
import { openPart, type Part, partPath } from './part.ts';
import { type Progress, trackProgress } from './progress.ts';
import { choosePath, hashFile, publishPart } from './publish.ts';
import { emitChange } from './queue.ts';
import { type Recorder, recordCheckpoints } from './recorder.ts';
import type { DB } from './schema.gen.ts';
import type { Settings } from './settings.ts';
import { changeLine, ensureHost, noteFailure, restHost } from './store/host.ts';
import { finishFailed, type Leased, requeue, savePublishing } from './store/lease.ts';
import { note } from './store/timeline.ts';

export interface AttemptDeps {
  db: Kysely<DB>;
  bus: Bus;
  relay: Loop;
  settings: Settings;
  worker: string;
  bandwidth: Bandwidth;
  complete: Complete;
  log: Log;
}

/**
 * One try at an item, from the claim to its end: resolve, fetch, verify, publish, finish. Never rejects: what goes wrong
 * becomes the item's next state, and what can't be written down is left to the reaper of expired leases.
 */
export async function attempt(deps: AttemptDeps, item: Leased, held: Held): Promise<void> {
  const log = deps.log.child({
    item: item.id,
    epoch: item.lease_epoch,
    episode: `${item.series_title} S${item.season}E${item.episode}`,
  });
  log.info({ bytes_done: item.bytes_done }, 'download begins');
  try {
    await orLeftBehind(download(deps, item, held, log), held.signal);
  } catch (error) {
    if (error instanceof WrongLine && !held.signal.aborted) return putBack(deps, item, log);
    const failure = toFailure(held.signal.aborted ? held.signal.reason : error);
    log.warn({ reason: failure.reason, err: failure.reason === 'internal' ? error : undefined }, failure.message);
    await settle(deps, item, failure).catch((cause) => log.warn({ err: cause }, 'left to the reaper'));
  }
}

/** What does not heed its signal for so long is left behind. */
const DEAF_MS = 5_000;

/**
 * The work's end, or an end without it when it hangs: its item is given back, and what it may still do one day is refused,
 * because the lease is over.
 */
async function orLeftBehind(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: leftBehind, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => (timer = setTimeout(() => reject(signal.reason), DEAF_MS));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([work, leftBehind]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

async function download(deps: AttemptDeps, item: Leased, held: Held, log: Log): Promise<void> {
  await killPoint('claim.taken', item.title ?? undefined);
  const file = await fetchAndPublish(deps, item, held);
  held.progressed();
  await deps.complete(item, file);
  log.info({ path: file.path, size: file.size }, 'download completed');
}

async function fetchAndPublish(deps: AttemptDeps, item: Leased, held: Held): Promise<Publishing> {
  const { signal, progressed } = held;
  const resolved = await resolveSource(deps, item, signal);
  await enterLine(deps, item, new URL(resolved.source.url).host);
  await killPoint('source.resolved', item.title ?? undefined);
  progressed();
  const { part, kept } = await openPart(resolved.folder, item, item.checkpoint);
  const size = await (async () => {
    await using open = part;
    using progress = trackProgress(deps.bus, item, deps.worker, signal);
    await using recorder = recordCheckpoints(deps.db, item, open, resolved.folder);
    const size = await fetchInto({ deps, item, resolved, part: open, kept, progress, recorder, held });
    await open.sync();
    return size;
  })();
  signal.throwIfAborted();
  const sha256 = await verify(part.path, size, resolved, held);
  progressed();
  await killPoint('publish.synced');
  return publish(deps, item, resolved, { size, sha256 }, signal);
}

/** The item's host has no room for it now. Nothing failed: it goes back to wait in that host's line. */
class WrongLine extends Error {}

/** The first of a series to be resolved tells which host's line the others stand in. */
async function enterLine({ db }: AttemptDeps, item: Leased, host: string): Promise<void> {
  if (item.host === host) return;
  const entered = await db.transaction().execute(async (tx) => {
    await ensureHost(tx, host);
    return changeLine(tx, item, host);
  });
  if (entered === undefined) throw fenced('line');
  item.host = host;
  if (!entered) throw new WrongLine(`no slot of ${host} is free`);
}

async function resolveSource({ bus }: AttemptDeps, item: Leased, signal: AbortSignal): Promise<Resolved> {
  try {
    return await bus.call(providers.resolve, { episode_id: item.episode_id }, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'NO_SOURCE' || error.code === 'EPISODE_NOT_FOUND' || error.code === 'PROVIDER_NOT_FOUND') {
      throw new Failure('no_source', error.message, { error });
    }
    // The catalog is away: nothing that the item could help, so it costs it no try.
    throw new Failure('network', error.message, { burns: error.code === 'PROVIDER_FAILED', error });
  }
}

interface Fetching {
  deps: AttemptDeps;
  item: Leased;
  resolved: Resolved;
  part: Part;
  kept: boolean;
  progress: Progress;
  recorder: Recorder;
  held: Held;
}

async function fetchInto(fetching: Fetching): Promise<number> {
  const { deps, item, resolved, part, kept, progress, recorder, held } = fetching;
  const { checkpoint } = item;
  const start: Fetched = kept && checkpoint ? checkpoint : { validator: null, total: null, ranges: [] };
  return fetchHttp(
    {
      source: resolved.source,
      part,
      start,
      connections: deps.settings.current.queue.connections,
      onWritten(fetched, bytes) {
        held.progressed();
        const saved = recorder.written(fetched, bytes);
        progress.written(recorder.done, fetched.total ?? resolved.source.size, bytes);
        const passed = deps.bandwidth.take(bytes, held.signal);
        return saved && passed ? saved.then(() => passed) : (saved ?? passed);
      },
    },
    AbortSignal.any([held.signal, recorder.lost]),
  );
}

async function verify(path: string, size: number, { source }: Resolved, held: Held): Promise<string> {
  const onDisk = (await stat(path)).size;
  if (size === 0) throw new Failure('bad_content', 'The source sent an empty file. Look for another source.');
  if (onDisk !== size) throw new Failure('bad_content', `The file has ${onDisk} bytes on the disk and not ${size}.`);
  if (source.size !== null && source.size !== size) {
    throw new Failure('checksum', `The provider announced ${source.size} bytes, ${size} came. It is fetched again.`);
  }
  const sha256 = await hashFile(path, held.progressed, held.signal);
  if (source.sha256 !== null && source.sha256 !== sha256) throw new Failure('checksum');
  return sha256;
}

async function publish(
  deps: AttemptDeps,
  item: Leased,
  resolved: Resolved,
  file: { size: number; sha256: string },
  signal: AbortSignal,
): Promise<Publishing> {
  const { folder, names, source } = resolved;
  const relative = episodePath(deps.settings.current.library.naming, { ...names, ext: source.ext });
  for (;;) {
    const path = await choosePath(folder, relative, file);
    const publishing: Publishing = { v: PAYLOAD_VERSION, folder, epoch: item.lease_epoch, path, ...file };
    signal.throwIfAborted();
    if (!(await savePublishing(deps.db, item, publishing))) throw fenced('publishing');
    await killPoint('publish.announced');
    const published = await publishPart(item.id, publishing);
    await killPoint('publish.linked');
    if (published) return publishing;
  }
}

/** Counts a refused write; the failure ends the try without another one. */
function fenced(what: string): Failure {
  writesFenced.inc({ what });
  return new Failure('worker_lost', 'The lease was taken over.');
}

async function putBack({ db, relay }: AttemptDeps, item: Leased, log: Log): Promise<void> {
  const same = { cause: null, detail: null, attempt: item.attempt, waitSeconds: 0, crashed: false, keepBytes: true };
  try {
    await db.transaction().execute(async (tx) => {
      const left = await requeue(tx, item, same);
      if (!left) return;
      await note(tx, [left], { what: 'waits', detail: `in the line of ${item.host}` });
      await emitChange(tx, 'requeued', [left], left);
    });
    relay.wake();
  } catch (error) {
    log.warn({ err: error }, 'left to the reaper');
  }
}

/** Whether what was fetched can serve the next try: not when the bytes themselves are the trouble. */
const keepsBytes = (failure: Failure) => failure.reason !== 'bad_content' && failure.reason !== 'checksum';

async function settle(deps: AttemptDeps, item: Leased, failure: Failure): Promise<void> {
  const own = item.checkpoint?.folder;
  if (failure.reason === 'worker_lost' || failure.reason === 'cancelled') return removeParts(deps, item, own);
  const verdict = judge(failure, item, Math.random());
  const keepBytes = verdict.next === 'retry' && keepsBytes(failure);
  const next = { cause: failure.reason, detail: failure.message, ...verdict, keepBytes, crashed: false };
  await deps.db.transaction().execute(async (tx) => {
    const left = verdict.next === 'fail' ? await finishFailed(tx, item, next) : await requeue(tx, item, next);
    if (!left) return writesFenced.inc({ what: verdict.next });
    await noteOnHost(tx, item.host, failure);
    const wait = verdict.next === 'retry' ? ` Next try in ${Math.round(verdict.waitSeconds)} s.` : '';
    await note(tx, [left], { what: failure.reason, worker: deps.worker, detail: failure.message + wait });
    await emitChange(tx, verdict.next === 'fail' ? 'failed' : 'requeued', [left], left);
    if (verdict.next === 'fail')
      await emit(tx, queue.failed, { item: left, cause: failure.reason, detail: failure.message });
  });
  deps.relay.wake();
  if (!keepBytes) await removeParts(deps, item, own);
}

/** What the failure says of the host: that it wants patience, or that it may be down. */
async function noteOnHost(tx: Transaction<DB>, host: string, failure: Failure): Promise<void> {
  if (failure.reason === 'rate_limited') await restHost(tx, host, restSeconds(failure));
  else if (blamesHost(failure.reason)) await noteFailure(tx, host);
}

async function removeParts(deps: AttemptDeps, item: Leased, folder: string | undefined): Promise<void> {
  const folders = new Set([folder, ...deps.settings.current.library.folders]);
  for (const one of folders) if (one) await rm(partPath(one, item.id, item.lease_epoch), { force: true });
}
