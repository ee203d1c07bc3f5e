import type { FileKind } from '@aniworld/contracts';
import { parseName } from '@aniworld/filename';

/** What lies beside episodes and is none: no one misses it, and it is nobody's episode. */
export type ExtraKind = Extract<FileKind, 'opening' | 'ending' | 'preview' | 'trailer' | 'menu' | 'sample' | 'extra'>;

/** Said of such a file, for people. */
export const EXTRA_REASONS: Record<ExtraKind, string> = {
  opening: 'It is an opening, not an episode.',
  ending: 'It is an ending, not an episode.',
  preview: 'It is a preview, not an episode.',
  trailer: 'It is a trailer, not an episode.',
  menu: 'It is a menu of a disc, not an episode.',
  sample: 'It is a sample of an episode.',
  extra: 'It is an extra, not an episode.',
};

/** Folders as media servers name them, anywhere above the file. */
const FOLDERS: [RegExp, ExtraKind][] = [
  [/^samples?$/i, 'sample'],
  [/^trailers?$/i, 'trailer'],
  [/^(?:nc|creditless)$/i, 'opening'],
  [/^menus?$/i, 'menu'],
  [
    /^(?:extras?|bonus|featurettes?|interviews?|shorts?|scenes|deleted[ ._-]scenes?|behind[ ._-]the[ ._-]scenes|backdrops|theme-music)$/i,
    'extra',
  ],
];
const KINDS: readonly string[] = Object.keys(EXTRA_REASONS);
/** A name without any of these is read once less, which is what most of a scan's time goes to. */
const PERHAPS =
  /sample|extra|bonus|trailer|teaser|opening|ending|preview|menu|interview|featurette|behind|deleted|(?:^|[^a-z])(?:nc)?(?:op|ed|ex|pv|cm)\d*[a-f]?(?:[^a-z]|$)/i;

/**
 * The kind of a file that is no episode by its name or its folders; null when it may be one.
 * @param path below the library folder
 */
export function extraKind(path: string): ExtraKind | null {
  const folders = path.split('/').slice(0, -1);
  // The first one may be a series that is called so.
  for (const folder of folders.slice(1)) {
    const found = FOLDERS.find(([pattern]) => pattern.test(folder.trim()));
    if (found) return found[1];
  }
  if (!PERHAPS.test(path)) return null;
  const { type, season, episodes } = parseName(path);
  if (!isExtra(type)) return null;
  // With a number of the season it is an episode, whatever its name says else; only a sample has that of its episode.
  const told = season !== null && episodes.length > 0 && type !== 'sample' && type !== 'extra' && type !== 'trailer';
  return told ? null : type;
}

const isExtra = (kind: FileKind): kind is ExtraKind => KINDS.includes(kind);
