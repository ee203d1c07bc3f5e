import { anime } from '@aniworld/contracts';
import { emit } from '@aniworld/chassis';
import { enterRoot } from './mark.ts';
import type { TitleIndex } from './match.ts';
import { forget, type Gone, look, type Look, type Looked, take } from './place.ts';
import { type Database, shareMatching } from './store/database.ts';
import { type KnownPlace, knownPlaces } from './store/folder.ts';
import { findRoot, storeRoot } from './store/root.ts';
import { totalsOfPlaces, type Totals } from './store/seen.ts';
import type { Walkers } from './walkers.ts';

/** One library folder is brought in line with what lies there: all of it, or some of its places. */
export interface Sweep {
  db: Database;
  walkers: Walkers;
  index: () => Promise<TitleIndex>;
  /** Believe folders whose own time is unchanged. */
  quick: boolean;
  /** Believe also that a library whose files are all gone is empty. */
  trust_empty: boolean;
  signal: AbortSignal;
  /** Told after each part. */
  onPart(part: Part): void | Promise<void>;
}

export interface Part extends Totals {
  folders: number;
  /** What could not be read, in sentences. */
  problems: string[];
}

export interface Swept {
  removed: number;
  /** Why it was left as it is; null when it was not. */
  away: string | null;
}

/** Places of one look: so few that a person who cancels does not wait, so many that their statements are few. */
const PLACES = 24;
/** Looks whose findings are stored side by side: one is decided while the database stores the other. */
const LANES = 2;
const ALL_GONE = 'All files that were known there are gone. They are kept: a part of the library may not be mounted.';

/** @param only the places to look at; all of them when not given */
export async function sweepRoot(sweep: Sweep, root: string, only?: ReadonlySet<string>): Promise<Swept> {
  const { db } = sweep;
  const known = new Map((await knownPlaces(db, root)).map((one) => [one.place, one]));
  const files = sum([...known.values()], 'files');
  const before = await findRoot(db, root);
  const presence = await enterRoot(root, before, files > 0 && !sweep.trust_empty);
  if (presence.away !== null) return leave(sweep, root, before.marked, presence.away);
  const gone = await sweepPlaces(sweep, root, presence.places, known, only);
  if (files > 0 && gone.all.files.length >= files && gone.found === 0 && !sweep.trust_empty)
    return leave(sweep, root, before.marked, ALL_GONE);
  const removed = await forget(db, root, gone.all);
  await keep(sweep, root, before.marked || presence.marked, null);
  return { removed, away: null };
}

async function sweepPlaces(
  sweep: Sweep,
  root: string,
  present: ReadonlySet<string>,
  known: ReadonlyMap<string, KnownPlace>,
  only: ReadonlySet<string> | undefined,
): Promise<{ all: Gone; found: number }> {
  const all: Gone = { files: [], folders: [], seen: [], at: 'infinity' };
  const places = [...new Set([...present, ...known.keys()])].filter((place) => !only || only.has(place)).sort();
  const looks = chunks(places, PLACES).map(
    (some): Look => ({
      root,
      quick: sweep.quick,
      places: some.map((place) => ({ place, absent: !present.has(place), sound: known.get(place)?.sound ?? true })),
    }),
  );
  let found = 0;
  await inLanes(lookAhead(sweep, looks), async (looked) => {
    const { walked } = looked;
    if (all.at === 'infinity') all.at = looked.at;
    const gone = await take({ ...sweep, lock: shareMatching }, looked, sweep.signal);
    found += walked.files;
    all.files.push(...gone.files);
    all.folders.push(...gone.folders);
    all.seen.push(...gone.seen);
    const problems = walked.unreadable.map(({ path, reason }) => `${path}: ${reason}`);
    await sweep.onPart({ ...(await totalsOf(sweep, looked, known)), folders: walked.folders, problems });
  });
  return { all, found };
}

/** Each lane takes the next one when it is done with its last; an error ends all of them. */
async function inLanes<T>(items: AsyncGenerator<T>, work: (item: T) => Promise<void>): Promise<void> {
  const lanes = Array.from({ length: LANES }, async () => {
    for await (const item of items) await work(item);
  });
  for (const ended of await Promise.allSettled(lanes)) if (ended.status === 'rejected') throw ended.reason;
}

/** Looks ahead while the database is busy, and gives them in their order. */
async function* lookAhead({ db, walkers, signal }: Sweep, looks: readonly Look[]): AsyncGenerator<Looked> {
  const ahead: Promise<Looked>[] = [];
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  try {
    for (const [position] of looks.entries()) {
      for (let next = position + ahead.length; next < looks.length && ahead.length <= walkers.threads; next += 1) {
        const begun = look(db, walkers, looks[next]!, either);
        begun.catch(() => undefined);
        ahead.push(begun);
      }
      yield await ahead.shift()!;
    }
  } finally {
    stop.abort(new Error('Nobody waits for it any more.'));
    await Promise.allSettled(ahead);
  }
}

async function totalsOf({ db }: Sweep, looked: Looked, known: ReadonlyMap<string, KnownPlace>): Promise<Totals> {
  const { root, walked, places } = looked;
  if (walked.changed.length + walked.gone.length > 0 || places.some((one) => one.absent)) {
    const totals = await totalsOfPlaces(
      db,
      root,
      places.map((one) => one.place),
    );
    return { ...totals, files: walked.files };
  }
  const same = places.flatMap(({ place }) => known.get(place) ?? []);
  return { files: walked.files, matched: sum(same, 'matched'), extras: sum(same, 'extras') };
}

async function leave(sweep: Sweep, root: string, marked: boolean, reason: string): Promise<Swept> {
  await keep(sweep, root, marked, reason);
  return { removed: 0, away: `${root}: ${reason}` };
}

/** Tells when the folder has gone away or come back. */
async function keep({ db }: Sweep, root: string, marked: boolean, away: string | null): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (await storeRoot(tx, root, { marked, away })) await emit(tx, anime.folderAway, { folder: root, reason: away });
  });
}

const sum = <Key extends string>(rows: readonly Record<Key, number>[], key: Key) =>
  rows.reduce((total, row) => total + row[key], 0);

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
