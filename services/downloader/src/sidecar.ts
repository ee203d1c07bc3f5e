import type { Log } from '@aniworld/chassis';
import type { Resolved } from '@aniworld/contracts';
import type { Egress } from '@aniworld/egress';
import { openFolder } from '@aniworld/library';
import { seriesFolder, SIDECAR_ROOM, sidecarPath } from '@aniworld/naming';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, link, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Publishing } from './checkpoint.ts';
import type { Sidecar as Fetched } from './hls/job.ts';
import { episodeNfo, isOurs, seriesNfo } from './nfo.ts';
import { octal } from './publish.ts';
import type { Settings } from './settings.ts';

/** Writes what stands beside an episode's file, as far as the settings want it. */
export interface Sidecars {
  /** Never rejects: what can't be written is logged, and the download is what it was. */
  write(resolved: Resolved, published: Publishing, fetched: Fetched[], signal: AbortSignal): Promise<void>;
}

export interface SidecarDeps {
  settings: Pick<Settings, 'current'>;
  egress: Pick<Egress, 'dispatcher'>;
  log: Log;
}

/** A host of pictures must not keep the episode back for longer. */
const ARTWORK_MS = 20_000;

export function createSidecars({ settings, egress, log }: SidecarDeps): Sidecars {
  return {
    async write(resolved, published, fetched, signal) {
      const { nfo, artwork, file_mode, folder_mode } = settings.current.library;
      const place = { ...published, fileMode: octal(file_mode), folderMode: octal(folder_mode) };
      const attempt = (what: string, work: Promise<void>) =>
        work.catch((error: unknown) => log.warn({ err: error, path: published.path }, `${what} could not be written`));
      for (const one of fetched) await attempt('subtitles', placeFetched(place, one));
      if (nfo) await attempt('an NFO', writeNfos(place, resolved));
      if (artwork) {
        const soon = AbortSignal.any([signal, AbortSignal.timeout(ARTWORK_MS)]);
        await attempt('artwork', writeArtwork(egress, place, resolved, soon));
      }
    },
  };
}

/** Copies a file that an engine fetched, such as subtitles, beside the episode; one that is there already stays. */
async function placeFetched(place: Place, { path, suffix }: Fetched): Promise<void> {
  const below = relative(place.folder, place.path);
  const name = below.slice(0, below.lastIndexOf('.')) + safeSuffix(suffix);
  await using folder = await openFolder(place.folder, partsOf(name), place.folderMode);
  const target = join(folder.reach, basename(name));
  await copyFile(path, target, constants.COPYFILE_EXCL).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  if (place.fileMode !== null) await chmod(target, place.fileMode);
}

/** What a source calls its languages becomes part of a name. */
const safeSuffix = (suffix: string) => suffix.replaceAll(/[^A-Za-z0-9.-]/g, '').slice(-SIDECAR_ROOM);

interface Place {
  /** The library folder. */
  folder: string;
  /** Of the episode's file. */
  path: string;
  fileMode: number | null;
  folderMode: number | null;
}

async function writeNfos(place: Place, resolved: Resolved): Promise<void> {
  const below = relative(place.folder, place.path);
  await writeOwn(place, sidecarPath(below, { kind: 'nfo' }), episodeNfo(resolved));
  const series = seriesFolder(below);
  if (series !== null) await writeOwn(place, join(series, 'tvshow.nfo'), seriesNfo(resolved));
}

async function writeArtwork(
  egress: SidecarDeps['egress'],
  place: Place,
  { about }: Resolved,
  signal: AbortSignal,
): Promise<void> {
  const below = relative(place.folder, place.path);
  const series = seriesFolder(below);
  const wanted: [address: string | null | undefined, nameOf: ((ext: string) => string) | null][] = [
    [about?.poster_url, series === null ? null : (ext) => join(series, `poster.${ext}`)],
    [about?.still_url, (ext) => sidecarPath(below, { kind: 'still', ext })],
  ];
  for (const [address, nameOf] of wanted) {
    if (!address || !nameOf || (await hasPicture(place, nameOf('')))) continue;
    // With it comes an HTTP client of some megabytes, which nothing else here needs.
    const { fetchArtwork } = await import('./artwork.ts');
    const { bytes, ext } = await fetchArtwork(egress, address, signal);
    await writeOwn(place, nameOf(ext), bytes);
  }
}

/** @param stem path with the dot of the extension that is not known yet */
async function hasPicture({ folder, folderMode }: Place, stem: string): Promise<boolean> {
  await using at = await openFolder(folder, partsOf(stem), folderMode);
  return (await readdir(at.reach)).some((name) => name.startsWith(basename(stem)));
}

const partsOf = (path: string) =>
  dirname(path)
    .split('/')
    .filter((part) => part !== '.');

/** Writes a small file in one step, unless somebody else's has the name. A picture carries no mark: one that is there stays. */
async function writeOwn(place: Place, path: string, content: string | Buffer): Promise<void> {
  await using folder = await openFolder(place.folder, partsOf(path), place.folderMode);
  const name = join(folder.reach, basename(path));
  const there = await readOwn(name);
  if (there === FOREIGN || there === content) return;
  const fresh = join(folder.reach, `.aniworld-${randomUUID()}.new`);
  try {
    await using file = await open(fresh, 'wx', 0o666);
    await file.writeFile(content);
    if (place.fileMode !== null) await file.chmod(place.fileMode);
    // A link takes no name that somebody has taken meanwhile.
    await (there === null ? takeName(fresh, name) : rename(fresh, name));
  } finally {
    await rm(fresh, { force: true });
  }
}

async function takeName(fresh: string, name: string): Promise<void> {
  await link(fresh, name).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') return rename(fresh, name);
  });
}

const FOREIGN = Symbol('somebody else’s');

/** The text of a file of ours; null when there is none. */
async function readOwn(path: string): Promise<string | typeof FOREIGN | null> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const text = await readFile(file, 'utf8');
    return isOurs(text) ? text : FOREIGN;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : FOREIGN;
  }
}
