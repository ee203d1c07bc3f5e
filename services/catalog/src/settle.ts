import { anime } from '@aniworld/contracts';
import { emitAll, outboxEntry } from '@aniworld/chassis';
import { choose, type Contender } from './choice.ts';
import type { Tx } from './store/database.ts';
import { type FileFacts, type FileRow, storeFiles } from './store/file.ts';
import { type Holder, holdersOf, type Link, link, linksOf, titlesOf, unlink, updateStates } from './store/match.ts';

/**
 * Stores which files hold which episodes, and which of several is the episode's. Only under the lock of matching: two
 * decisions at once could choose two files for one episode.
 */
export interface Decided {
  facts: FileFacts;
  episode_ids: readonly string[];
}

/** What became of a file. */
export interface Settled extends Decided {
  changed: boolean;
}

/**
 * Stores what was decided about files and what follows for others that hold the same episodes. A file none of whose
 * episodes has chosen it is a duplicate.
 * @param before the files as they are known, by their paths
 */
export async function settle(
  tx: Tx,
  decided: readonly Decided[],
  before: ReadonlyMap<string, FileRow>,
): Promise<Settled[]> {
  const known = decided.flatMap(({ facts }) => before.get(facts.path) ?? []);
  const links = await linksOf(
    tx,
    known.filter((file) => file.series_id !== null).map((file) => file.id),
  );
  const given = new Set(known.map((file) => file.id));
  const touched = new Set([...links.map((one) => one.episode_id), ...decided.flatMap((one) => one.episode_ids)]);
  const others = (await holdersOf(tx, [...touched])).filter((holder) => !given.has(holder.file_id));
  const winners = contest(decided, others);
  const settled = decided.map((one): Settled => {
    const facts = withState(one, winners);
    return { facts, episode_ids: one.episode_ids, changed: isNews(facts, before.get(facts.path)) };
  });
  const changed = settled.filter((one) => one.changed).map((one) => one.facts);
  const ids = new Map([...known.map((file) => [file.path, file.id] as const), ...(await storeFiles(tx, changed))]);
  const wanted = settled.flatMap(({ facts: { path }, episode_ids }) =>
    episode_ids.map((episode_id) => ({
      file_id: ids.get(path)!,
      episode_id,
      chosen: winners.get(episode_id) === path,
    })),
  );
  const relinked = await relinkAll(tx, { links: [...links, ...others], wanted, others, winners });
  const moved = settled.map((one) => ({
    ...one,
    changed: one.changed || relinked.has(ids.get(one.facts.path) ?? ''),
  }));
  await tell(tx, [
    ...moved.filter((one) => one.changed).flatMap((one) => ownersOf(one, before)),
    ...others.filter((one) => relinked.has(one.file_id)),
  ]);
  return moved;
}

/** Chooses anew between the files of episodes whose chosen one is gone. */
export async function settleEpisodes(tx: Tx, episodeIds: readonly string[]): Promise<void> {
  const others = await holdersOf(tx, episodeIds);
  const winners = contest([], others);
  const relinked = await relinkAll(tx, { links: others, wanted: [], others, winners });
  await tell(
    tx,
    others.filter((one) => relinked.has(one.file_id)),
  );
}

interface Relinking {
  links: readonly Link[];
  wanted: readonly Link[];
  others: readonly Holder[];
  winners: Winners;
}

async function relinkAll(tx: Tx, { links, wanted, others, winners }: Relinking): Promise<Set<string>> {
  const kept = others.map((one) => ({ ...one, chosen: winners.get(one.episode_id) === one.path }));
  const relinked = await relink(tx, links, [...wanted, ...kept]);
  await restate(tx, others, winners);
  return relinked;
}

/** One event for each series whose files changed. */
export async function tell(tx: Tx, files: readonly { series_id: string | null }[]): Promise<void> {
  const ids = [...new Set(files.flatMap((file) => file.series_id ?? []))];
  const series = await titlesOf(tx, ids);
  if (series.length > 0)
    await emitAll(
      tx,
      series.map(({ id, title }) => outboxEntry(anime.changed, { series_id: id, change: 'files', title })),
    );
}

const ownersOf = ({ facts }: Decided, before: ReadonlyMap<string, FileRow>) => [
  facts,
  { series_id: before.get(facts.path)?.series_id ?? null },
];

/** The path of each episode's chosen file. */
type Winners = ReadonlyMap<string, string>;

function contest(decided: readonly Decided[], others: readonly Holder[]): Winners {
  const entrants = [
    ...decided.flatMap(({ facts, episode_ids }) => episode_ids.map((episode_id) => ({ episode_id, file: facts }))),
    ...others.map((holder) => ({ episode_id: holder.episode_id, file: holder })),
  ];
  const byEpisode = Map.groupBy(entrants, (one) => one.episode_id);
  return new Map([...byEpisode].map(([episode, all]) => [episode, bestOf(all.map(({ file }) => file)).path]));
}

/** Most episodes have one file. */
const bestOf = (files: readonly Contender[]) => (files.length === 1 ? files[0]! : choose(files).chosen);

const wins = (path: string, episodes: readonly string[], winners: Winners) =>
  episodes.some((id) => winners.get(id) === path);

/** Its reason stays: that another file is better may be otherwise tomorrow. */
function withState({ facts, episode_ids }: Decided, winners: Winners): FileFacts {
  if (episode_ids.length === 0) return facts;
  return { ...facts, state: wins(facts.path, episode_ids, winners) ? 'matched' : 'duplicate' };
}

const FACTS = [
  'root',
  'size',
  'mtime_ms',
  'inode',
  'kind',
  'series_id',
  'state',
  'confidence',
  'reason',
  'resolution',
  'version',
  'rule_id',
  'pinned',
] as const;

const isNews = (facts: FileFacts, before: FileRow | undefined) =>
  before === undefined || FACTS.some((field) => facts[field] !== before[field]);

/** Brings links from what they are to what they should be; gives the files whose links changed. */
async function relink(tx: Tx, are: readonly Link[], should: readonly Link[]): Promise<Set<string>> {
  const key = ({ file_id, episode_id }: Link) => `${file_id} ${episode_id}`;
  const old = new Map(are.map((one) => [key(one), one]));
  const next = new Map(should.map((one) => [key(one), one]));
  const gone = [...old.values()].filter((one) => !next.has(key(one)));
  const unchosen = [...old.values()].filter((one) => one.chosen && next.get(key(one))?.chosen === false);
  const fresh = [...next.values()].filter((one) => {
    const before = old.get(key(one));
    return before === undefined || (one.chosen && !before.chosen);
  });
  await unlink(tx, gone, unchosen);
  await link(tx, fresh);
  return new Set([...gone, ...unchosen, ...fresh].map((one) => one.file_id));
}

/** Says of files that nothing was decided about whether they are still, or now, an episode's. */
async function restate(tx: Tx, others: readonly Holder[], winners: Winners): Promise<void> {
  const files = [...Map.groupBy(others, (one) => one.file_id)].map(([id, held]) => {
    const [{ path, state }] = held as [Holder];
    const episodes = held.map((one) => one.episode_id);
    return { id, state, chosen: wins(path, episodes, winners) };
  });
  const lost = files.filter((file) => !file.chosen && file.state === 'matched').map((file) => file.id);
  // Their other episodes, which were not looked at here, may still have chosen them.
  const elsewhere = (await linksOf(tx, lost)).filter((one) => one.chosen).map((one) => one.file_id);
  const won = files.filter((file) => file.chosen && file.state === 'duplicate').map((file) => file.id);
  await updateStates(
    tx,
    lost.filter((id) => !elsewhere.includes(id)),
    'duplicate',
  );
  await updateStates(tx, won, 'matched');
}
