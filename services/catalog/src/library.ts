import { anime, fail, type Series, type SeriesDetails } from '@aniworld/contracts';
import { emit, type Log, type Loop } from '@aniworld/chassis';
import { parseName } from '@aniworld/filename';
import type { Configuration } from './configuration.ts';
import { indexTitles } from './match.ts';
import { mergeEpisodes } from './merge.ts';
import type { MetadataLookup } from './metadata/lookup.ts';
import { retryUnmatched } from './assign.ts';
import { isWanted } from './monitor.ts';
import { takePlace } from './place.ts';
import type { SeriesFacts } from './provider.ts';
import type { Registry } from './registry.ts';
import type { Database, Tx } from './store/database.ts';
import { episodeNumbers, insertEpisodes, updateEpisodes } from './store/episode.ts';
import { linksBySeries, renewLinks } from './store/link.ts';
import { insertRenumbered } from './store/numbering.ts';
import { noteRefreshed } from './store/refresh.ts';
import {
  findDetails,
  findSeries,
  insertSeries,
  lockSeries,
  monitorRule,
  seriesNames,
  updateSeries,
} from './store/series.ts';
import { normaliseTitle, searchText, sortTitle } from './title.ts';
import { listPlaces } from './walk.ts';

/** Series come into the library, are brought up to date and leave it. */
export interface Library extends AsyncDisposable {
  /** @throws PROVIDER_NOT_FOUND, PROVIDER_FAILED, SERIES_NOT_FOUND, SERIES_EXISTS, FOLDER_UNUSABLE */
  add(wanted: { provider: string; ref: string; folder?: string | undefined }, signal: AbortSignal): Promise<Series>;
  /** @throws SERIES_NOT_FOUND, PROVIDER_NOT_FOUND, PROVIDER_FAILED */
  refresh(id: string, signal: AbortSignal): Promise<SeriesDetails>;
  /** The same for what nobody waits for: files are looked for only when there are more episodes than before. */
  renew(id: string, signal: AbortSignal): Promise<SeriesDetails>;
  /** Compares the files that are no episode's with the library again, in the background. */
  lookAgain(): void;
}

export interface LibraryDeps {
  db: Database;
  relay: Pick<Loop, 'wake'>;
  log: Log;
  configuration: Configuration;
  registry: Registry;
  metadata: MetadataLookup;
  /** Told when a series may miss something, after its files were looked for. */
  autoDownload: { soon(): void };
}

export function createLibrary(deps: LibraryDeps): Library {
  const stop = new AbortController();
  const looking = new Set<Promise<void>>();
  const inBackground = (look: Promise<void>, series_id: string | null) => {
    const done = look.catch((error: unknown) => {
      if (!stop.signal.aborted) deps.log.warn({ err: error, series_id }, 'files could not be looked for');
    });
    looking.add(done);
    void done.finally(() => looking.delete(done));
  };
  const lookForFiles = (series: Series) => {
    const queueMissing = () => {
      if (series.auto_download) deps.autoDownload.soon();
    };
    inBackground(findFiles(deps, series, stop.signal).then(queueMissing), series.id);
  };
  return {
    async add(wanted, signal) {
      const series = await add(deps, wanted, signal);
      lookForFiles(series);
      return series;
    },
    async refresh(id, signal) {
      const series = await refresh(deps, id, signal);
      lookForFiles(series);
      return series;
    },
    async renew(id, signal) {
      const before = await findSeries(deps.db, id);
      const series = await refresh(deps, id, signal);
      if (series.episode_count !== before?.episode_count) lookForFiles(series);
      return series;
    },
    lookAgain: () => inBackground(lookAgain(deps, stop.signal), null),
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('The server is stopping.'));
      await Promise.all(looking);
    },
  };
}

async function add(
  deps: LibraryDeps,
  wanted: { provider: string; ref: string; folder?: string | undefined },
  signal: AbortSignal,
): Promise<Series> {
  const folder = await chooseFolder(deps, wanted.folder);
  const { auto_download } = (await deps.configuration.current()).config.library;
  const facts = await deps.metadata.complete(await ask(deps, wanted, signal), {}, signal);
  const series = await deps.db.transaction().execute(async (tx) => {
    const row = { ...rowOf(facts), provider: wanted.provider, provider_ref: facts.ref, folder, auto_download };
    const id = await insertSeries(tx, row);
    if (!id) throw fail('SERIES_EXISTS');
    return storeEpisodes(tx, id, facts, 'added');
  });
  deps.relay.wake();
  return series;
}

async function refresh(deps: LibraryDeps, id: string, signal: AbortSignal): Promise<SeriesDetails> {
  const series = await findSeries(deps.db, id);
  if (!series) throw fail('SERIES_NOT_FOUND');
  const told = await ask(deps, { provider: series.provider, ref: series.provider_ref }, signal).catch((error) => {
    // The series is here; it is the provider that no longer knows it.
    if (error?.code !== 'SERIES_NOT_FOUND') throw error;
    throw fail('PROVIDER_FAILED', { detail: `The provider no longer offers “${series.title}”. It stays as it is.` });
  });
  const links = (await linksBySeries(deps.db, [id])).get(id) ?? {};
  const facts = await deps.metadata.complete(told, links, signal);
  const renewed = await deps.db.transaction().execute(async (tx) => {
    if (!(await lockSeries(tx, id))) throw fail('SERIES_NOT_FOUND');
    await updateSeries(tx, id, rowOf(facts));
    await noteRefreshed(tx, id);
    return storeEpisodes(tx, id, facts, 'updated');
  });
  deps.relay.wake();
  return renewed;
}

async function chooseFolder({ configuration }: LibraryDeps, wanted: string | undefined): Promise<string> {
  const { folders } = (await configuration.current()).config.library;
  const [first] = folders;
  if (first === undefined)
    throw fail('FOLDER_UNUSABLE', { detail: 'There is no library folder yet. Name one in the configuration first.' });
  if (wanted === undefined || folders.includes(wanted)) return wanted ?? first;
  throw fail('FOLDER_UNUSABLE', { detail: `${wanted} is not one of the library folders.` });
}

async function ask(
  { registry }: LibraryDeps,
  wanted: { provider: string; ref: string },
  signal: AbortSignal,
): Promise<SeriesFacts> {
  const provider = await registry.get(wanted.provider);
  const facts = await provider.series(wanted.ref, signal);
  if (!facts)
    throw fail('SERIES_NOT_FOUND', { detail: `${provider.name} has no such series (any more). Search again.` });
  return facts;
}

function rowOf(facts: SeriesFacts) {
  const { title, year, synonyms, overview, status, poster_url } = facts;
  const made = { sort_title: sortTitle(title), search_text: searchText([title, ...synonyms]) };
  return { title, year, synonyms, overview, status, poster_url, ...made };
}

/** Stores new episodes and what changed of the known ones; none is removed, because feeds forget old items. */
async function storeEpisodes(
  tx: Tx,
  id: string,
  facts: SeriesFacts,
  change: 'added' | 'updated',
): Promise<SeriesDetails> {
  const rule = await monitorRule(tx, id);
  const { added, kept, renumbered } = mergeEpisodes(await episodeNumbers(tx, [id]), facts.episodes);
  // First those that give numbers free.
  await updateEpisodes(
    tx,
    kept.map((one) => ({ id: one.id, ...one.row })),
  );
  await insertEpisodes(
    tx,
    added.map((row) => ({ ...row, series_id: id, monitored: isWanted(rule, row.air_date) })),
  );
  await insertRenumbered(tx, id, renumbered);
  await renewLinks(tx, id, facts.links ?? {});
  const series = await findDetails(tx, id);
  if (!series) throw fail('SERIES_NOT_FOUND');
  await emit(tx, anime.changed, { series_id: id, change, title: series.title });
  return series;
}

async function lookAgain({ db, relay }: LibraryDeps, signal: AbortSignal): Promise<void> {
  await retryUnmatched(db, indexTitles(await seriesNames(db)), signal);
  relay.wake();
}

/** Files that were there before the series was: those in places that are named like it, and all unmatched ones. */
async function findFiles({ db, relay }: LibraryDeps, { id, folder }: Series, signal: AbortSignal): Promise<void> {
  const [names] = await seriesNames(db, [id]);
  if (!names) return;
  const titles = new Set([names.title, ...names.synonyms].map(normaliseTitle));
  const index = indexTitles(await seriesNames(db));
  const places = await listPlaces(folder).catch(() => new Set<string>());
  for (const place of places) {
    signal.throwIfAborted();
    const named = parseName(`${place}/`).folder?.title;
    if (place === '' || (named && titles.has(normaliseTitle(named))))
      await takePlace(db, { root: folder, place }, index, signal);
  }
  await retryUnmatched(db, index, signal);
  relay.wake();
}
