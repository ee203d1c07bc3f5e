import type { MatchRule, NameReading } from '@aniworld/contracts';
import { linesOf } from './choice.ts';
import { type Found, matchSeries, type TitleIndex } from './match.ts';
import { readName } from './name.ts';
import { matchEpisodes } from './numbers.ts';
import { applyNumbering, indexRules, type Numbering, ruleOf, type Target, targetsOf } from './rule.ts';
import { type Decided, type Settled, settle, settleEpisodes } from './settle.ts';
import { type Database, lockMatching, type MatchingLock, type Tx } from './store/database.ts';
import { type EpisodeNumbers, episodeNumbers } from './store/episode.ts';
import { type FileFacts, type FileRow, filesAt } from './store/file.ts';
import { linksOf, openFiles, unchosenEpisodes } from './store/match.ts';
import { hasRules, rulesFor } from './store/rule.ts';
import { claimSeries, type SeriesNames } from './store/series.ts';
import { type FoundFile, placeOf } from './walk.ts';

/**
 * Decides which files hold which episodes. Each batch is decided and stored in one transaction with its events, under a
 * lock, and each of its statements serves the whole batch.
 *
 * In this order: what a download or a person has said of the file itself; what it is already, while no other rule applies,
 * so that a renumbering upstream moves no file; a person's rule; its name.
 */

/** A file as a walk found it, with what its name says where that was read already. */
export type Located = FoundFile & { root: string; reading?: NameReading };

/** What a person says of files whatever their names say. */
export type Order =
  | { series_id: string | null; numbering: Numbering /** Kept for these files alone. */; pinned: boolean }
  /** Nothing: what was known of them is forgotten. */
  | 'anew';

/** Decides for each file which episodes it holds and stores that; gives how many are an episode's. */
export async function assign(
  db: Database,
  files: readonly Located[],
  index: TitleIndex,
  lock: MatchingLock = lockMatching,
): Promise<number> {
  if (files.length === 0) return 0;
  const settled = await db.transaction().execute(async (tx) => {
    await lock(tx);
    return decideAll(tx, files, index);
  });
  return settled.filter(({ facts }) => facts.state === 'matched').length;
}

const BATCH = 500;

/** Tries the unmatched files again, without looking at the disk; gives how many have found their episode. */
export async function retryUnmatched(db: Database, index: TitleIndex, signal: AbortSignal): Promise<number> {
  let matched = 0;
  for (let after: string | null = null; ; ) {
    signal.throwIfAborted();
    const files: FileRow[] = await openFiles(db, { states: ['unmatched', 'ambiguous'], after, limit: BATCH });
    matched += await assign(db, files, index);
    after = files.at(-1)?.path ?? null;
    if (after === null) break;
  }
  return matched + (await promoteDuplicates(db, signal));
}

/** Gives episodes whose chosen file is gone to the best of their other ones. */
export async function promoteDuplicates(db: Database, signal: AbortSignal): Promise<number> {
  for (let total = 0; ; ) {
    signal.throwIfAborted();
    const episodes = await db.transaction().execute(async (tx) => {
      await lockMatching(tx);
      const found = await unchosenEpisodes(tx, BATCH);
      await settleEpisodes(tx, found);
      return found.length;
    });
    if (episodes === 0) return total;
    total += episodes;
  }
}

/** Decides and stores, within a transaction that holds the lock of matching. */
export async function decideAll(
  tx: Tx,
  files: readonly Located[],
  index: TitleIndex,
  order?: Order,
): Promise<Settled[]> {
  const before = await filesByPath(tx, files);
  const readings = files.map((file) => ({ file, parsed: file.reading ?? readName(file.root, file.path) }));
  const links = Map.groupBy(
    await linksOf(
      tx,
      [...before.values()].map((file) => file.id),
    ),
    (one) => one.file_id,
  );
  const rules = await rulesOf(tx, readings);
  const cases = readings.map(({ file, parsed }, at): Case => {
    const known = before.get(file.path);
    const held = (known && links.get(known.id)?.map((one) => one.episode_id)) ?? [];
    return caseOf({ file, parsed, known, held, rule: rules[at], order }, index);
  });
  const library = await libraryOf(tx, cases);
  const decided = cases.map((one) => decide(one, library));
  decided.sort((one, other) => (one.facts.path < other.facts.path ? -1 : 1));
  // Until their series were locked, another batch that holds the same episodes could choose between them.
  return settle(tx, decided, before.size > 0 ? await filesByPath(tx, files) : before);
}

async function filesByPath(tx: Tx, files: readonly Located[]): Promise<Map<string, FileRow>> {
  return new Map((await filesAt(tx, files)).map((file) => [file.path, file]));
}

interface Reading {
  file: Located;
  parsed: NameReading;
}

interface Circumstances extends Reading {
  known: FileRow | undefined;
  /** The episodes that it holds already. */
  held: readonly string[];
  rule: MatchRule | undefined;
  order: Order | undefined;
}

/** A file and how it is to be decided. */
type Case = Circumstances &
  (
    | { by: 'known' }
    | { by: 'ignoring'; reason: string; pinned: boolean }
    | { by: 'person'; series_id: string; numbering: Numbering; reason: string; pinned: boolean }
    | { by: 'name'; series: Found<SeriesNames> }
  );

function caseOf(one: Circumstances, index: TitleIndex): Case {
  const { known, held, rule, order, parsed } = one;
  if (order && order !== 'anew') {
    const { series_id, numbering, pinned } = order;
    if (series_id === null) return { ...one, by: 'ignoring', reason: 'A person said to ignore it.', pinned };
    return { ...one, by: 'person', series_id, numbering, reason: 'chosen by a person', pinned };
  }
  if (!order && known?.pinned) return { ...one, by: 'known' };
  const decidedAlike = known?.rule_id === (rule?.id ?? null);
  if (!order && known?.series_id && held.length > 0 && decidedAlike) return { ...one, by: 'known' };
  if (!rule) return { ...one, by: 'name', series: matchSeries(parsed, index) };
  const reason = `by a person’s rule for this ${rule.scope}`;
  if (rule.series_id === null) return { ...one, by: 'ignoring', reason: `Ignored ${reason}.`, pinned: false };
  return { ...one, by: 'person', series_id: rule.series_id, numbering: rule, reason, pinned: false };
}

async function rulesOf(tx: Tx, readings: readonly Reading[]): Promise<(MatchRule | undefined)[]> {
  if (!(await hasRules(tx))) return [];
  const targets = readings.map(({ file, parsed }) => targetsOf(file, parsed));
  const unique = new Map<string, Target>(targets.flat().map((one) => [`${one.scope}\n${one.target}`, one]));
  const rules = indexRules(await rulesFor(tx, [...unique.values()]));
  return targets.map((own) => ruleOf(own, rules));
}

/** The series that files belong to or may, which nobody else touches meanwhile, and their episodes. */
interface Library {
  titles: ReadonlyMap<string, string>;
  episodes: ReadonlyMap<string, EpisodeNumbers[]>;
}

async function libraryOf(tx: Tx, cases: readonly Case[]): Promise<Library> {
  const read = cases.flatMap((one) =>
    one.by === 'person' ? one.series_id : one.by === 'name' ? (one.series.found?.id ?? []) : [],
  );
  const wanted = new Set(read);
  const owners = cases.flatMap((one) => one.known?.series_id ?? []);
  const held = await claimSeries(tx, [...new Set([...read, ...owners])]);
  const numbers = await episodeNumbers(
    tx,
    held.flatMap(({ id }) => (wanted.has(id) ? id : [])),
  );
  return {
    titles: new Map(held.map(({ id, title }) => [id, title])),
    episodes: Map.groupBy(numbers, (episode) => episode.series_id),
  };
}

function decide(one: Case, { titles, episodes }: Library): Decided {
  const { parsed, held } = one;
  const blank = blankFacts(one);
  if (one.by === 'known' && one.known) {
    const { series_id, state, confidence, reason, rule_id, pinned } = one.known;
    return { facts: { ...blank, series_id, state, confidence, reason, rule_id, pinned }, episode_ids: held };
  }
  if (one.by === 'ignoring')
    return { facts: { ...blank, state: 'ignored', reason: one.reason, pinned: one.pinned }, episode_ids: [] };
  if (one.by === 'person') {
    const title = titles.get(one.series_id) ?? '';
    const found = applyNumbering(one.numbering, parsed, { title }, episodes.get(one.series_id) ?? []);
    return decided({ ...blank, kind: 'episode', pinned: one.pinned }, found, {
      series: { id: one.series_id, title },
      by: one.reason,
      sure: null,
      rule: parsed.rule,
    });
  }
  if (one.by !== 'name' || !one.series.found) return undecided(blank, one.by === 'name' ? one.series : null);
  const series = one.series.found;
  const found = matchEpisodes(parsed, series, episodes.get(series.id) ?? []);
  return decided(blank, found, { series, by: one.series.reason, sure: one.series.sure, rule: parsed.rule });
}

interface Belonging {
  series: { id: string; title: string };
  by: string;
  /** Null when it is a person's word. */
  sure: boolean | null;
  rule: string | null;
}

function decided(facts: FileFacts, found: Found<string[]>, { series, by, sure, rule }: Belonging): Decided {
  if (!found.found) return undecided({ ...facts, pinned: false }, found);
  const reason = `“${series.title}” ${by}; ${found.reason}${rule === null ? '' : ` (rule ${rule})`}.`;
  const confidence = sure === null ? 'person' : sure && found.sure ? 'certain' : 'likely';
  return { facts: { ...facts, series_id: series.id, state: 'matched', confidence, reason }, episode_ids: found.found };
}

function undecided(facts: FileFacts, why: Found<SeriesNames | string[]> | null): Decided {
  const ambiguous = why?.found === null && why.ambiguous;
  const reason = why?.reason ?? facts.reason;
  return { facts: { ...facts, state: ambiguous ? 'ambiguous' : 'unmatched', reason }, episode_ids: [] };
}

function blankFacts({ file, parsed, known, rule, order }: Circumstances): FileFacts {
  const { root, path, size, mtime_ms, inode } = file;
  return {
    ...{ root, place: placeOf(root, path), path, size, mtime_ms, inode, kind: known?.kind ?? 'episode' },
    ...{ series_id: null, state: 'unmatched', confidence: null, reason: '' },
    ...{ resolution: linesOf(parsed.resolution), version: parsed.version, pinned: false },
    rule_id: (order === undefined || order === 'anew' ? rule?.id : null) ?? null,
  };
}
