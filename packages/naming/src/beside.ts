/** What stands beside a video and belongs to it, by its name alone; it goes where the video goes. */

const TEXT = 'srt|ass|ssa|sub|idx|vtt|sup|smi|ttml|dfxp';
const PICTURE = 'jpe?g|png|webp|tbn';

/** What may follow the video's name without its ending. */
const SUFFIXES = [
  // A language and what else players read there: `.en.forced.srt`, `.pt-BR.sdh.ass`, `.Signs & Songs.ass`.
  new RegExp(`^(\\.[^.]{1,40}){0,3}\\.(${TEXT})$`, 'i'),
  new RegExp(`^(-(thumb|poster|fanart|landscape|banner))?\\.(${PICTURE})$`, 'i'),
  /^\.(nfo|edl|bif|info\.json|description)$/i,
];

const stemOf = (name: string) => name.slice(0, name.lastIndexOf('.')) || name;

/**
 * Which names stand beside a video. One that begins with the name of a longer-named video is that one's.
 * @param video its name, without folders
 * @param names all names of its folder
 */
export function namesBeside(video: string, names: readonly string[]): string[] {
  const stem = stemOf(video);
  const near = names.filter((name) => name !== video && name.startsWith(stem));
  const longer = near.filter((name) => !isSuffix(name.slice(stemOf(name).length))).map(stemOf);
  return near.filter((name) => {
    const beside = (one: string) => name.startsWith(one) && isSuffix(name.slice(one.length));
    return beside(stem) && !longer.some((one) => one.length > stem.length && beside(one));
  });
}

const isSuffix = (text: string) => SUFFIXES.some((suffix) => suffix.test(text));

const OF_FOLDER = [
  /^(tvshow|season)\.nfo$/i,
  new RegExp(
    `^(poster|fanart|banner|folder|cover|logo|clearlogo|clearart|landscape|backdrop|thumb)\\.(${PICTURE})$`,
    'i',
  ),
  new RegExp(`^season[\\w-]*-(poster|fanart|banner|landscape)\\.(${PICTURE})$`, 'i'),
  /^(\.DS_Store|Thumbs\.db|desktop\.ini)$/i,
];

/** Whether a file only tells of the folder that it lies in, and is worth nothing when that has no videos any more. */
export function isOfFolder(name: string): boolean {
  return OF_FOLDER.some((pattern) => pattern.test(name));
}
