import { anime, fail, type SeriesChange, type SeriesDetails, type SeriesFilter } from '@aniworld/contracts';
import { emitAll, type Loop, type OutboxEntry, outboxEntry } from '@aniworld/chassis';
import type { Configuration } from './configuration.ts';
import {
  applyMonitor,
  type ChangedSeries,
  type EpisodeChoice,
  hasSeason,
  lockAll,
  overTagged,
  setMonitored,
  unknownEpisodes,
  updateChosen,
} from './store/amendment.ts';
import { type Database, lockMatching, type Tx } from './store/database.ts';
import { changeLinks } from './store/link.ts';
import { findDetails, findSeries, lockSeries } from './store/series.ts';
import { seriesIds } from './store/series-list.ts';

/** What people change of series: what is wanted of them, and how they are filed. */
export interface AmendmentDeps {
  db: Database;
  relay: Pick<Loop, 'wake'>;
  configuration: Configuration;
}

/** Of one transaction: as many as have, at 25 episodes each, their episodes switched within half a second. */
const BATCH = 500;
/** Of one series, however they came to it. */
const MOST_TAGS = 100;
/** Changes of more series are told in one event. */
const MOST_EVENTS = 50;
/** Unknown ids that an error names. */
const MOST_NAMED = 50;

/** @throws SERIES_NOT_FOUND, FOLDER_UNUSABLE */
export async function amendSeries(
  { db, relay, configuration }: AmendmentDeps,
  id: string,
  change: SeriesChange & { links?: Record<string, string | null> | undefined },
): Promise<SeriesDetails> {
  await checkFolder(configuration, change.folder);
  const amended = await db.transaction().execute(async (tx) => {
    if (!(await lockSeries(tx, id))) throw fail('SERIES_NOT_FOUND');
    const changed = await applyChange(tx, [id], change);
    if (change.links) await changeLinks(tx, id, change.links);
    const series = await findDetails(tx, id);
    if (!series) throw fail('SERIES_NOT_FOUND');
    await emitAll(tx, eventsOf(change.links ? [series] : changed));
    return series;
  });
  relay.wake();
  return amended;
}

/**
 * Changes those named in one transaction, or those that a filter finds in several: then a failure leaves some changed, and
 * the same call does the rest.
 * @returns how many were changed
 * @throws SERIES_NOT_FOUND with the ids that are unknown, and nothing is changed; FOLDER_UNUSABLE
 */
export async function amendMany(
  deps: AmendmentDeps,
  { ids, filter = {}, ...change }: SeriesChange & { ids?: string[] | undefined; filter?: SeriesFilter | undefined },
  signal: AbortSignal,
): Promise<number> {
  await checkFolder(deps.configuration, change.folder);
  if (ids) return amendNamed(deps, [...new Set(ids)], change);
  let count = 0;
  for (let after: string | null = null; ; ) {
    signal.throwIfAborted();
    const found: string[] = await seriesIds(deps.db, filter, { after, limit: BATCH });
    after = found.at(-1) ?? null;
    if (after === null) return count;
    count += await amendBatch(deps, found, change);
  }
}

async function amendNamed(deps: AmendmentDeps, ids: string[], change: SeriesChange): Promise<number> {
  return amendBatch(deps, ids, change, (known) => {
    const unknown = ids.filter((id) => !known.has(id));
    if (unknown.length === 0) return;
    const errors = unknown.slice(0, MOST_NAMED).map((id) => ({ path: `ids.${ids.indexOf(id)}`, message: id }));
    throw fail('SERIES_NOT_FOUND', { detail: `No series has ${nameThem(unknown)}. Nothing was changed.`, errors });
  });
}

async function amendBatch(
  { db, relay }: AmendmentDeps,
  ids: readonly string[],
  change: SeriesChange,
  check: (known: Set<string>) => void = () => undefined,
): Promise<number> {
  const changed = await db.transaction().execute(async (tx) => {
    // Several series are locked: in the order of whoever else locks several.
    await lockMatching(tx);
    const known = await lockAll(tx, ids);
    check(new Set(known));
    const amended = await applyChange(tx, known, change);
    await emitAll(tx, eventsOf(amended));
    return amended;
  });
  relay.wake();
  return changed.length;
}

/** Writes the change; gives each series that it changed once. */
async function applyChange(tx: Tx, ids: readonly string[], change: SeriesChange): Promise<ChangedSeries[]> {
  const changed = await updateChosen(tx, ids, change);
  const title = await overTagged(tx, ids, MOST_TAGS);
  if (title !== undefined) {
    const message = `“${title}” would have more than ${MOST_TAGS} tags`;
    throw fail('INVALID_REQUEST', { errors: [{ path: change.tags ? 'tags' : 'add_tags', message }] });
  }
  if (change.monitor) changed.push(...(await applyMonitor(tx, ids, change.monitor)));
  return [...new Map(changed.map((series) => [series.id, series])).values()];
}

function eventsOf(changed: readonly ChangedSeries[]): OutboxEntry[] {
  const told = changed.length > MOST_EVENTS ? changed.slice(0, 1) : changed;
  const more = changed.length - told.length;
  return told.map(({ id, title }) =>
    outboxEntry(anime.changed, { series_id: id, change: 'updated', title, ...(more > 0 && { more }) }),
  );
}

/**
 * Says of episodes whether they are wanted; gives how many were changed.
 * @throws SERIES_NOT_FOUND; EPISODE_NOT_FOUND with the ids that are unknown, and nothing is changed
 */
export async function monitorEpisodes(
  { db, relay }: AmendmentDeps,
  seriesId: string,
  choice: EpisodeChoice,
  monitored: boolean,
): Promise<number> {
  const count = await db.transaction().execute(async (tx) => {
    if (!(await lockSeries(tx, seriesId))) throw fail('SERIES_NOT_FOUND');
    await checkChoice(tx, seriesId, choice);
    const switched = await setMonitored(tx, seriesId, choice, monitored);
    const series = await findSeries(tx, seriesId);
    if (switched > 0 && series) await emitAll(tx, eventsOf([series]));
    return switched;
  });
  relay.wake();
  return count;
}

async function checkChoice(tx: Tx, seriesId: string, { episode_ids, season }: EpisodeChoice): Promise<void> {
  const unknown = episode_ids ? await unknownEpisodes(tx, seriesId, episode_ids) : [];
  if (unknown.length > 0)
    throw fail('EPISODE_NOT_FOUND', {
      detail: `No episode of this series has ${nameThem(unknown)}. Nothing was changed.`,
      errors: unknown.slice(0, MOST_NAMED).map((id) => ({
        path: `episode_ids.${episode_ids?.indexOf(id)}`,
        message: id,
      })),
    });
  if (season !== undefined && !(await hasSeason(tx, seriesId, season)))
    throw fail('EPISODE_NOT_FOUND', { detail: `This series has no season ${season}.` });
}

function nameThem(ids: readonly string[]): string {
  const rest = ids.length - MOST_NAMED;
  const named = ids.slice(0, MOST_NAMED).join(', ');
  return `the id ${named}${rest > 0 ? ` and ${rest} others` : ''}`;
}

async function checkFolder(configuration: Configuration, folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  const { folders } = (await configuration.current()).config.library;
  if (!folders.includes(folder))
    throw fail('FOLDER_UNUSABLE', { detail: `${folder} is not one of the library folders.` });
}
