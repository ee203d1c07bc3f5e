import type { ExplainedName, FileKind, NamePart, NameReading } from '@aniworld/contracts';
import { EXTRAS, type Folders, readFolders } from './folder.ts';
import { labelWords } from './labels.ts';
import type { Label, LabelOf } from './label.ts';
import { splitPath } from './path.ts';
import { describe } from './explanation.ts';
import { kindOf } from './special.ts';
import { isYear } from './tag.ts';
import { namesOf } from './title.ts';
import { lex, type Lexed } from './token.ts';
import { decide, type Verdict } from './verdict.ts';

/**
 * What the name of a file and its folders say about the episodes in it. Takes a name alone or a path, with `/` or `\` between
 * folders. Pure and linear; any string has a reading. What fits no rule has no numbers: wrong is worse than unknown.
 */
export function parseName(path: string): NameReading {
  return read(path).reading;
}

/** The same, with each part of the name and what it was taken for. */
export function explainName(path: string): ExplainedName {
  const { reading, parts } = read(path);
  return { name: path, ...reading, explanation: parts() };
}

interface Read {
  reading: NameReading;
  parts: () => NamePart[];
}

function read(path: string): Read {
  const { folders, stem } = splitPath(path);
  const around = readFolders(folders);
  const own = readStem(stem, around, folders.at(-1));
  if (own.reading.rule !== null || folders.length === 0) return own;
  // A release in a folder of its own, whose file has another name.
  const release = readStem(folders.at(-1)!, { season: null, series: null }, undefined);
  if (release.reading.episodes.length === 0 || !release.sure || own.reading.type !== 'episode') return own;
  const reading = { ...release.reading, rule: `folder: ${release.reading.rule}`, folder: around.series };
  return { reading, parts: () => [...release.parts(), ...own.parts()] };
}

function readStem(stem: string, around: Folders, folder: string | undefined): Read & { sure: boolean } {
  const lexed = lex(stem);
  const labels = labelWords(lexed.tokens);
  const verdict = decide(lexed, labels, { season: around.season, series: around.series?.title ?? null });
  const names = namesOf(lexed, labels, verdict);
  const [year, title] = yearOf(labels, names.title);
  const [resolution, crc, version] = [
    firstOf(labels, 'resolution'),
    firstOf(labels, 'crc32'),
    firstOf(labels, 'version') ?? firstOf(labels, 'noise'),
  ];
  const ids = labels.flatMap((label) => (label.kind === 'id' ? [[label.site, label.id]] : []));
  const reading: NameReading = {
    title,
    episode_title: names.episodeTitle,
    year,
    season: verdict.season,
    episodes: verdict.episodes,
    absolute: verdict.absolute,
    other: verdict.other,
    number_text: verdict.text,
    air_date: verdict.date,
    version: verdict.version ?? version?.version ?? null,
    group: names.group,
    resolution: resolution?.text ?? null,
    crc32: crc?.text ?? null,
    type: typeOf(lexed, labels, verdict, folder),
    ids: Object.fromEntries(ids),
    rule: verdict.rule,
    folder: around.series,
  };
  const sure = verdict.used.some(({ kind }) => kind === 'in season');
  return { reading, sure, parts: () => describe(lexed, labels, verdict, names) };
}

function firstOf<Kind extends Label['kind']>(labels: readonly Label[], kind: Kind): LabelOf<Kind> | undefined {
  return labels.find((label): label is LabelOf<Kind> => label.kind === kind);
}

/** A year in brackets, or at the end of the title, where it is taken away: `Lantern Row 2019`. */
function yearOf(labels: readonly Label[], title: string | null): [year: number | null, title: string | null] {
  const bracketed = firstOf(labels, 'year');
  const end = /^(.*\S) ((?:19|20)\d\d)$/.exec(title ?? '');
  if (end && isYear(end[2]!) && !bracketed) return [Number(end[2]), end[1]!];
  return [bracketed?.year ?? null, title];
}

function typeOf({ tokens }: Lexed, labels: readonly Label[], verdict: Verdict, folder: string | undefined): FileKind {
  if (folder !== undefined && EXTRAS.test(folder)) return /^samples?$/i.test(folder) ? 'sample' : 'extra';
  const [first, last] = [tokens[0], tokens.at(-1)];
  const edge = [last && /[-.]$/.test(last.gap) ? last.key : '', tokens.length === 1 ? first!.key : ''].map(kindOf);
  const beside = edge.find((kind) => kind === 'sample' || kind === 'trailer' || kind === 'extra');
  if (beside) return beside;
  if (first?.key === 'sample' && /^[-.]/.test(tokens[1]?.gap ?? '')) return 'sample';
  if (verdict.type) return verdict.type;
  if (verdict.used.some(({ kind }) => kind === 'in season')) return verdict.season === 0 ? 'special' : 'episode';
  const types = labels.flatMap((label) => (label.kind === 'type' || label.kind === 'special' ? label.type : []));
  return types.at(-1) ?? (verdict.season === 0 ? 'special' : 'episode');
}
