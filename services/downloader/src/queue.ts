import { type Db, emit } from '@aniworld/chassis';
import { type EpisodeBrief, fail, type Priority, queue, type QueueItem, type QueueUpdate } from '@aniworld/contracts';
import { randomUUID } from 'node:crypto';
import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing';
import type { Kysely, Transaction } from 'kysely';
import type { DB } from './schema.gen.ts';
import * as items from './store/item.ts';
import * as order from './store/order.ts';
import { note } from './store/timeline.ts';

/**
 * The queue, as people change it.
 *
 *            add                claim               publish
 *   (none) ------> pending ---------------> downloading ---------> completed
 *                   ^  ^ |                   |   |   |
 *                   |  | | remove: deleted   |   |   +-- no try left, or none can help --> failed
 *                   |  +-+-- a try failed,  <+   +------ remove ------------------------> cancelled
 *                   |        worker lost
 *                   +------ retry ------------------------------------------ failed, cancelled
 *
 * Who writes what: `priority` and `rank` are written here only, under the order lock; `state`, `attempt`, `crashes` and the
 * lease by the statements of store/lease.ts, by whoever holds the lease, except for a cancel, which raises the epoch and
 * so takes it away; `version` by a trigger.
 *
 * Invariants: an episode is pending or running once. The pending list's order is (priority, rank, id), and claims take
 * its head. Each change commits together with its event and its timeline row.
 */

type Kind = NonNullable<QueueUpdate['change']>['kind'];

/** More ids than this in one event would say less than "read the list again". */
const MOST_IDS = 1_000;
/** Keys grow when items are moved to the same place again and again; longer ones are given out anew. */
const LONGEST_RANK = 64;

/** As many items as one event carries whole; it stays far below the broker's limit. */
const MOST_TOLD = 32;

/**
 * Tells of a change of items, in its transaction.
 * @param told the same items as they are now, unless they are gone; more than one event carries are left out
 */
export async function emitChange(tx: Transaction<DB>, kind: Kind, changed: { id: string }[], told: QueueItem[] = []) {
  if (changed.length > 0) await emit(tx, queue.changed, changeOf(kind, changed, told));
}

/** The event of a change of items. */
export function changeOf(kind: Kind, changed: { id: string }[], told: QueueItem[]): QueueUpdate {
  const ids = changed.length > MOST_IDS ? [] : changed.map((row) => row.id);
  return { status: null, change: { kind, ids, count: changed.length, items: told.length > MOST_TOLD ? [] : told } };
}

/** Items of an answer or an event; a longer list is read page by page. */
const MOST_ITEMS = 500;

/**
 * Adds episodes at the end of their priority, before anything is known of them but their ids. One that is pending or
 * running already is answered as it is.
 * @returns the batch, an item for each episode in the order asked for (the first 500), and how many are new
 */
export async function addItems(
  db: Kysely<DB>,
  wanted: { series_id: string; episode_ids: string[]; priority: Priority; max_attempts: number },
): Promise<{ batch: string; items: QueueItem[]; added: number }> {
  const ids = [...new Set(wanted.episode_ids)];
  const batch = randomUUID();
  return db.transaction().execute(async (tx) => {
    await order.lockOrder(tx);
    const ranks = generateNKeysBetween(await order.lastRank(tx, wanted.priority), null, ids.length);
    await items.deleteEndedOfEpisodes(tx, ids);
    const places = ids.map((episode_id, i) => ({ episode_id, rank: ranks[i]! }));
    const added = await items.insertItems(tx, places, { ...wanted, batch });
    await note(tx, added, { what: 'queued', detail: wanted.priority });
    await emitChange(tx, 'added', added, added);
    const first = ids.slice(0, MOST_ITEMS);
    const live = new Map((await items.liveItemsOfEpisodes(tx, first)).map((item) => [item.episode_id, item]));
    return { batch, items: first.flatMap((id) => live.get(id) ?? []), added: added.length };
  });
}

/** Writes what the catalog told. @returns the items as they are now */
export async function describe(db: Kysely<DB>, briefs: EpisodeBrief[]): Promise<QueueItem[]> {
  return db.transaction().execute(async (tx) => {
    const described = await items.describeItems(tx, briefs);
    await emitChange(tx, 'described', described, described);
    return described;
  });
}

/** Takes back an add whose episodes do not exist. */
export async function dropBatch(db: Kysely<DB>, batch: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const dropped = await items.deletePendingOfBatch(tx, batch);
    await note(tx, dropped, { what: 'removed', detail: 'the catalog does not know it' });
    await emitChange(tx, 'removed', dropped);
  });
}

/** Takes back one call of "add": see the contract. @returns how many items */
export async function undoAdd(db: Kysely<DB>, batch: string): Promise<number> {
  return removeItems(db, await items.liveItemsOfBatch(db, batch));
}

/** Lets pending items wait, or run again. @returns how many changed */
export async function holdItems(db: Kysely<DB>, ids: string[], held: boolean): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const changed = await items.setHeld(tx, ids, held);
    await note(tx, changed, { what: held ? 'held' : 'released' });
    await emitChange(tx, held ? 'held' : 'released', changed, changed);
    return changed.length;
  });
}

/**
 * Removes items: running ones are cancelled and stay listed as such, others are deleted.
 * @returns how many were there
 */
export async function removeItems(db: Kysely<DB>, ids: string[]): Promise<number> {
  return db.transaction().execute((tx) => removeWithin(tx, ids));
}

/** The same in a transaction that is under way. */
export async function removeWithin(tx: Transaction<DB>, ids: string[]): Promise<number> {
  // Or one that is claimed between the two statements would be passed over by both.
  await items.lockItems(tx, ids);
  const cancelled = await items.cancelRunning(tx, ids);
  const ended = new Set(cancelled.map((item) => item.id));
  const deleted = await items.deleteIdle(
    tx,
    ids.filter((id) => !ended.has(id)),
  );
  await note(tx, cancelled, { what: 'cancelled' });
  await note(tx, deleted, { what: 'removed' });
  await emitChange(tx, 'cancelled', cancelled, cancelled);
  await emitChange(tx, 'removed', deleted);
  return cancelled.length + deleted.length;
}

/**
 * Moves a pending item to a position of the pending list, 0 being its head. It takes the priority of the item that it
 * displaces; behind the end, that of the last one; alone, it keeps its own.
 * @throws ITEM_NOT_FOUND when it is not pending
 */
export async function moveItem(db: Kysely<DB>, id: string, position: number): Promise<QueueItem> {
  return db.transaction().execute(async (tx) => {
    await order.lockOrder(tx);
    const next = await order.placeAt(tx, position, id);
    const previous = next ? await order.placeBefore(tx, next, id) : await order.lastPlace(tx, id);
    const priority = next?.priority ?? previous?.priority;
    const [own] = await items.lockPending(tx, [id]);
    if (!own) throw fail('ITEM_NOT_FOUND', { detail: 'This item is not waiting in the queue. Reload the queue.' });
    const rank = await rankBetween(tx, previous, next);
    const moved = await order.setPlace(tx, id, priority ?? null, rank);
    await note(tx, [moved!], { what: 'moved', detail: `to position ${position}` });
    await emitChange(tx, 'moved', [moved!], [moved!]);
    return moved!;
  });
}

async function rankBetween(tx: Transaction<DB>, previous: order.Place | undefined, next: order.Place | undefined) {
  // The item before may be of a higher priority; then the place is the head of its own band.
  const low = previous && (!next || previous.priority === next.priority) ? previous.rank : null;
  // One that ran or had ended comes back with the rank that it had, and another may have it by now.
  const apart = low === null || !next || low < next.rank;
  const key = apart ? generateKeyBetween(low, next?.rank ?? null) : null;
  if (key !== null && key.length <= LONGEST_RANK) return key;
  const band = (next ?? previous)!.priority;
  await order.rerank(tx, band, generateNKeysBetween(null, null, await order.countBand(tx, band)));
  const fresh = await order.ranksOf(tx, [previous?.id, next?.id]);
  return generateKeyBetween(low === null ? null : fresh(previous?.id), fresh(next?.id));
}

/** Gives pending items a priority; they go to the end of it, in their present order. @returns how many changed */
export async function changePriority(db: Kysely<DB>, ids: string[], priority: Priority): Promise<number> {
  return db.transaction().execute(async (tx) => {
    await order.lockOrder(tx);
    const pending = await items.lockPending(tx, ids);
    const ranks = generateNKeysBetween(await order.lastRank(tx, priority), null, pending.length);
    const changed = await items.setPriority(tx, pending, ranks, priority);
    await note(tx, changed, { what: 'priority', detail: priority });
    await emitChange(tx, 'priority', changed, changed);
    return changed.length;
  });
}

/** Puts failed items back: those named (cancelled ones too), those of one cause and time, or all failed ones. */
export async function retryItems(db: Kysely<DB>, filter: items.RetryFilter): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const requeued = await items.requeueEnded(tx, await items.lockRetryable(tx, filter));
    await note(tx, requeued, { what: 'retried' });
    await emitChange(tx, 'requeued', requeued, requeued);
    return requeued.length;
  });
}

/** Forgets ended items and says so. @returns how many */
export async function clearEnded(db: Kysely<DB>, states: ('completed' | 'failed' | 'cancelled')[]): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const count = await items.deleteEnded(tx, states);
    if (count > 0)
      await emit(tx, queue.changed, { status: null, change: { kind: 'removed', ids: [], count, items: [] } });
    return count;
  });
}

/**
 * A page of items: running ones, then pending ones in the order in which they run, then ended ones, newest first.
 * @param cursor `<band>:<id>` of the last item of the page before
 */
export async function listItems(
  db: Db<DB>,
  filter: items.ItemFilter,
  { cursor, limit }: { cursor: string | undefined; limit: number },
): Promise<{ items: QueueItem[]; next_cursor: string | null }> {
  const match = /^([12]):([0-9a-f-]{36})$/.exec(cursor ?? '1:');
  if (cursor !== undefined && !match)
    throw fail('INVALID_REQUEST', { errors: [{ path: 'cursor', message: 'Not a cursor' }] });
  const band = Number(match?.[1] ?? 0);
  const after = match?.[2] ?? null;
  const wants = (state: items.ItemFilter['state'][]) => filter.state === undefined || state.includes(filter.state);
  const found: QueueItem[] = [];
  if (band === 0 && wants(['downloading'])) found.push(...(await items.listRunning(db, filter)));
  if (band <= 1 && wants(['pending']) && found.length <= limit) {
    found.push(...(await items.listPending(db, filter, after, limit + 1 - found.length)));
  }
  if (wants(['completed', 'failed', 'cancelled']) && found.length <= limit) {
    found.push(...(await items.listEnded(db, filter, band === 2 ? after : null, limit + 1 - found.length)));
  }
  return cutPage(found, limit);
}

function cutPage(found: QueueItem[], limit: number) {
  // Running items always share the first page, so a cursor never has to point into them.
  const running = found.filter((item) => item.state === 'downloading').length;
  const size = Math.max(limit, running);
  const page = found.slice(0, size);
  const last = page.at(-1);
  const more = found.length > size && last !== undefined && last.state !== 'downloading';
  return { items: page, next_cursor: more ? `${last.state === 'pending' ? 1 : 2}:${last.id}` : null };
}
