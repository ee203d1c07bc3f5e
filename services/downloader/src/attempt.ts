import { emit, killPoint, type Log, writesFenced } from '@aniworld/chassis';
import { AppError, queue, type Resolved, type Source } from '@aniworld/contracts';
import type { Transaction } from 'kysely';
import type { Publishing } from './checkpoint.ts';
import { verifyFile } from './checksum.ts';
import { removeCopy } from './copy.ts';
import type { Equipment } from './equipment.ts';
import { blamesHost, Failure, judge, restSeconds, toFailure } from './failure.ts';
import { fenced } from './fence.ts';
import { type FetchedFile, fetchFile } from './fetching.ts';
import type { Held } from './keeper.ts';
import { requireRoom } from './library.ts';
import { openPart, type Part, removePart } from './part.ts';
import { trackProgress } from './progress.ts';
import { emitChange } from './queue.ts';
import { recordCheckpoints } from './recorder.ts';
import type { DB } from './schema.gen.ts';
import { type Finished, shelve } from './shelving.ts';
import { changeLine, ensureHost, noteFailure, restHost } from './store/host.ts';
import { delaySeries, finishFailed, type Leased, requeue, setNeeds } from './store/lease.ts';
import { note } from './store/timeline.ts';

/**
 * One try at an item, from the claim to its end: resolve, fetch, verify, publish, finish. Never rejects: what goes wrong
 * becomes the item's next state, and what can't be written down is left to the reaper of expired leases.
 */
export async function attempt(deps: Equipment, item: Leased, held: Held): Promise<void> {
  deps.log.info({ ...about(item), bytes_done: item.bytes_done }, 'download begins');
  try {
    await orLeftBehind(download(deps, item, held), held.signal);
  } catch (error) {
    const misplaced = error instanceof WrongLine || error instanceof WrongWorker;
    const log = deps.log.child(about(item));
    if (misplaced && !held.signal.aborted) return putBack(deps, item, error, log);
    const failure = toFailure(held.signal.aborted ? held.signal.reason : error);
    log.warn({ reason: failure.reason, err: failure.reason === 'internal' ? error : undefined }, failure.message);
    await settle(deps, item, failure).catch((cause) => log.warn({ err: cause }, 'left to the reaper'));
  }
}

/** The fields of an item's lines in the log. A child for each item would cost more than the two lines that most have. */
const about = ({ id, lease_epoch, series_title, season, episode }: Leased) => ({
  item: id,
  epoch: lease_epoch,
  episode: `${series_title} S${season}E${episode}`,
});

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

async function download(deps: Equipment, item: Leased, held: Held): Promise<void> {
  await killPoint('claim.taken', item.title ?? undefined);
  const file = await fetchAndPublish(deps, item, held);
  held.progressed();
  await deps.complete(item, file);
  deps.log.info({ ...about(item), path: file.path, size: file.size }, 'download completed');
}

async function fetchAndPublish(deps: Equipment, item: Leased, held: Held): Promise<Publishing> {
  const resolved = await resolveSource(deps, item, held.signal);
  requireEngine(deps, resolved.source);
  await enterLine(deps, item, new URL(resolved.source.url).host);
  await killPoint('source.resolved', item.title ?? undefined);
  held.progressed();
  await requireRoom(resolved.folder, deps.settings.current.queue.min_free_bytes);
  const { part, kept } = await openPart(resolved.folder, item, item.checkpoint, resolved.folder_known);
  await using fetched = await fetchPart({ deps, item, resolved, part, kept, held });
  held.signal.throwIfAborted();
  const finished = await finish(deps, part, fetched, held);
  await killPoint('publish.synced');
  const publishing = await shelve(deps, item, resolved, finished, held);
  await deps.sidecars.write(resolved, publishing, fetched.sidecars, held.signal);
  for (const sentence of fetched.notes) await note(deps.db, [item], { what: 'notice', detail: sentence });
  return publishing;
}

async function fetchPart(fetching: {
  deps: Equipment;
  item: Leased;
  resolved: Resolved;
  part: Part;
  kept: boolean;
  held: Held;
}): Promise<FetchedFile> {
  const { deps, item, resolved, part, kept, held } = fetching;
  await using _open = part;
  using progress = trackProgress(deps.bus, item, deps.worker, held.signal);
  await using recorder = recordCheckpoints(deps.save, item, part, resolved.folder);
  const resolveAgain = async () => (await resolveSource(deps, item, held.signal)).source;
  return await fetchFile({ equipment: deps, item, resolved, resolveAgain, part, kept, progress, recorder, held });
}

/** Verifies what was fetched. */
async function finish(deps: Equipment, part: Part, fetched: FetchedFile, held: Held): Promise<Finished> {
  const { size, ext, announced, following } = fetched;
  const sha256 = await verifyFile(size, announced, following, held);
  const looks = deps.settings.current.download.verify_media;
  const facts = looks ? await deps.inspector.inspect(part.path, held.signal) : null;
  held.progressed();
  return { size, sha256, ext, facts };
}

/** Another worker has to do it. Nothing failed: the item waits for one that can. */
class WrongWorker extends Error {
  readonly needs: string;

  constructor(needs: string) {
    super(`this worker has no ${needs}`);
    this.needs = needs;
  }
}

function requireEngine({ tags }: Equipment, { engine }: Source): void {
  if (!tags.includes(engine)) throw new WrongWorker(engine);
}

/** The item's host has no room for it now. Nothing failed: it goes back to wait in that host's line. */
class WrongLine extends Error {}

/** The first of a series to be resolved tells which host's line the others stand in. */
async function enterLine({ db }: Equipment, item: Leased, host: string): Promise<void> {
  if (item.host === host) return;
  const entered = await db.transaction().execute(async (tx) => {
    await ensureHost(tx, host);
    return changeLine(tx, item, host);
  });
  if (entered === undefined) throw fenced('line');
  item.host = host;
  if (!entered) throw new WrongLine(`no slot of ${host} is free`);
}

async function resolveSource({ resolve }: Equipment, item: Leased, signal: AbortSignal): Promise<Resolved> {
  try {
    return await resolve(item, signal);
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

/** Back to the queue as it came: for another moment, or for another worker. */
async function putBack({ db, relay }: Equipment, item: Leased, why: WrongLine | WrongWorker, log: Log): Promise<void> {
  const needs = why instanceof WrongWorker ? why.needs : null;
  const detail = needs && `Waits for a worker that has ${needs}; none of those that run may have it.`;
  const same = { cause: null, detail, attempt: item.attempt, waitSeconds: 0, crashed: false, keepBytes: true };
  try {
    await db.transaction().execute(async (tx) => {
      const left = await requeue(tx, item, same);
      if (!left) return;
      if (needs) await setNeeds(tx, item.id, needs);
      await note(tx, [left], { what: 'waits', detail: detail ?? `in the line of ${item.host}` });
      await emitChange(tx, 'requeued', [left], [left]);
    });
    relay.wake();
  } catch (error) {
    log.warn({ err: error }, 'left to the reaper');
  }
}

/** Whether what was fetched can serve the next try: not when the bytes themselves are the trouble. */
const keepsBytes = (failure: Failure) => failure.reason !== 'bad_content' && failure.reason !== 'checksum';

async function settle(deps: Equipment, item: Leased, failure: Failure): Promise<void> {
  const own = item.checkpoint?.folder;
  if (failure.reason === 'worker_lost' || failure.reason === 'cancelled') return removeParts(deps, item, own);
  const verdict = judge(failure, item, Math.random());
  const keepBytes = verdict.next === 'retry' && keepsBytes(failure);
  const next = { cause: failure.reason, detail: failure.message, ...verdict, keepBytes, crashed: false };
  await deps.db.transaction().execute(async (tx) => {
    const left = verdict.next === 'fail' ? await finishFailed(tx, item, next) : await requeue(tx, item, next);
    if (!left) return writesFenced.inc({ what: verdict.next });
    await noteOnHost(tx, item.host, failure);
    // What ails the folder ails all of the series: without this each of its items would come up to find that out.
    if (failure.waits !== null) await delaySeries(tx, item.series_id, verdict.waitSeconds);
    const wait = verdict.next === 'retry' ? ` Next try in ${Math.round(verdict.waitSeconds)} s.` : '';
    await note(tx, [left], { what: failure.reason, worker: deps.worker, detail: failure.message + wait });
    await emitChange(tx, verdict.next === 'fail' ? 'failed' : 'requeued', [left], [left]);
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

async function removeParts(deps: Equipment, item: Leased, folder: string | undefined): Promise<void> {
  const folders = new Set([folder, ...deps.settings.current.library.folders]);
  for (const one of folders) {
    if (!one) continue;
    await removeCopy(one, item.id, item.lease_epoch);
    await removePart(one, item.id, item.lease_epoch);
  }
}
