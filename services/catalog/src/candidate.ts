import type { NameReading } from '@aniworld/contracts';
import { indexTitles, type TitleIndex } from './match.ts';
import type { SeriesNames } from './store/series.ts';
import { normaliseTitle } from './title.ts';

/** Which series an unmatched file might belong to: for a person to choose from, never to be taken by itself. */
export interface Likeness {
  series: SeriesNames;
  /** 0 to 100 */
  score: number;
  reason: string;
}

export interface LikenessIndex {
  titles: TitleIndex;
  /** Series and their titles by the words in them. */
  words: ReadonlyMap<string, readonly Title[]>;
}

interface Title {
  series: SeriesNames;
  words: ReadonlySet<string>;
}

const MOST = 5;
/** Fewer words in common are chance. */
const LEAST_LIKE = 0.4;

export function indexLikeness(series: readonly SeriesNames[]): LikenessIndex {
  const words = new Map<string, Title[]>();
  for (const one of series)
    for (const title of [one.title, ...one.synonyms]) {
      const entry = { series: one, words: wordsOf(title) };
      for (const word of entry.words) {
        const same = words.get(word);
        if (same) same.push(entry);
        else words.set(word, [entry]);
      }
    }
  return { titles: indexTitles(series), words };
}

/**
 * What series are to be looked for before they are indexed: the words of the titles that a name and its folder say, and
 * their ids at other sites.
 */
export function clues({ title, folder, ids }: NameReading) {
  const titles = [title, folder?.title ?? null].filter((one) => one !== null);
  const links = Object.entries({ ...folder?.ids, ...ids });
  const words = titles.map((one) => [...wordsOf(one)]).filter((one) => one.length > 0);
  return { words, links: links.map(([site, id]) => ({ site, id })) };
}

/** The best first, each series once. */
export function likeSeries(parsed: NameReading, index: LikenessIndex): Likeness[] {
  const found = [...byIds(parsed, index), ...byTitle(parsed.title, parsed.year, index, 'name')];
  if (parsed.folder) found.push(...byTitle(parsed.folder.title, parsed.folder.year, index, 'folder'));
  const best = new Map<string, Likeness>();
  for (const one of found) if ((best.get(one.series.id)?.score ?? -1) < one.score) best.set(one.series.id, one);
  return [...best.values()]
    .sort((one, other) => other.score - one.score || (one.series.title < other.series.title ? -1 : 1))
    .slice(0, MOST);
}

function byIds(parsed: NameReading, { titles }: LikenessIndex): Likeness[] {
  return Object.entries({ ...parsed.folder?.ids, ...parsed.ids }).flatMap(([site, id]) =>
    (titles.links.get(`${site} ${id.toLowerCase()}`) ?? []).map((series) => ({
      series,
      score: 100,
      reason: `Its id is ${site} ${id}.`,
    })),
  );
}

function byTitle(
  title: string | null,
  year: number | null,
  index: LikenessIndex,
  where: 'name' | 'folder',
): Likeness[] {
  if (title === null) return [];
  const other = (series: SeriesNames) => year !== null && series.year !== null && series.year !== year;
  const exact = (index.titles.titles.get(normaliseTitle(title)) ?? []).map((series) => ({
    series,
    score: (where === 'name' ? 95 : 90) - (other(series) ? 30 : 0),
    reason: other(series) ? `Its ${where} says so, but of ${year} and not ${series.year}.` : `Its ${where} says so.`,
  }));
  return [...exact, ...byWords(title, index, where, other)];
}

function byWords(
  title: string,
  { words: index }: LikenessIndex,
  where: 'name' | 'folder',
  other: (series: SeriesNames) => boolean,
): Likeness[] {
  const words = wordsOf(title);
  const like = new Set([...words].flatMap((word) => index.get(word) ?? []));
  return [...like].flatMap(({ series, words: own }) => {
    const shared = [...words].filter((word) => own.has(word)).length;
    const likeness = (2 * shared) / (words.size + own.size);
    if (likeness < LEAST_LIKE) return [];
    const score = Math.round(80 * likeness) - (other(series) ? 20 : 0);
    return { series, score, reason: `“${title}” in its ${where} is like it.` };
  });
}

/** Words, and single signs where a script has no spaces between words. */
export function wordsOf(title: string): Set<string> {
  return new Set(
    normaliseTitle(title).match(/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]|[^\s\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]+/gu),
  );
}
