import { mediaNames, episodePath, foldName, isOfFolder, namesBeside } from '@aniworld/naming';
import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { isWithin } from './disk.ts';
import type { Links } from './store/link.ts';
import type { NamedFile, NamedSeries, NewMove } from './store/rename.ts';

/** Which files of a series have another name than the template gives them, and what moves along. */
export interface Planned {
  file: NamedFile;
  /** The path that the template gives, in the same library folder. */
  to: string;
  beside: { from: string; to: string }[];
  /** Why it stays as it is; null when it can be renamed. */
  conflict: string | null;
}

export interface SeriesPlan {
  files: Planned[];
  /** What tells of folders that will have no videos any more. */
  folders: { from: string; to: string; root: string }[];
}

/** The path that the template gives a file. @throws NAMING_TEMPLATE */
export function nameFor(template: string, series: NamedSeries, links: Links, file: NamedFile): string {
  const { episodes, facts, resolution, root, path } = file;
  const absolute = episodes.flatMap((episode) => episode.absolute ?? []);
  const [first] = episodes;
  const names = {
    ...(facts ? mediaNames(facts) : { quality: resolution === null ? null : `${resolution}p` }),
    ...{ series: series.title, year: series.year, provider: series.provider },
    ...{ season: first?.season ?? 1, episode: episodes.map((episode) => episode.episode) },
    absolute: absolute.length === episodes.length ? absolute : null,
    ...{ title: titleOf(episodes), air_date: first?.air_date ?? null, ext: extname(path).slice(1) },
    ...{ tvdb_id: links['tvdb'] ?? null, anilist_id: links['anilist'] ?? null },
  };
  return join(root, episodePath(template, names));
}

/** `Title` of `Title (1)` and `Title (2)`, else all titles. */
function titleOf(episodes: NamedFile['episodes']): string {
  const parts = new Set(episodes.map((episode) => episode.title.replace(/\s*\((?:Part )?\d\)$/i, '')));
  return episodes.length > 1 ? [...parts].join(' + ') : (episodes[0]?.title ?? '');
}

/**
 * Plans the names of a series' files. Looks at the folders that are concerned and changes nothing.
 * @throws NAMING_TEMPLATE
 */
export async function planSeries(
  template: string,
  series: NamedSeries,
  links: Links,
  files: readonly NamedFile[],
): Promise<SeriesPlan> {
  const disk = reader();
  const wanted = files
    .map((file) => ({ file, to: nameFor(template, series, links, file) }))
    .filter(({ file, to }) => file.path !== to);
  const wishes: Wishes = {
    bySource: new Map(wanted.map((one) => [one.file.path, one])),
    byTarget: Map.groupBy(wanted, (one) => foldName(one.to)),
  };
  const planned: Planned[] = [];
  for (const one of wanted) {
    const names = await disk.names(dirname(one.file.path));
    const beside = namesBeside(basename(one.file.path), names).map((name) => besideOf(name, one.file.path, one.to));
    planned.push({ ...one, beside, conflict: await conflictOf(one, wishes, disk) });
  }
  const movable = inOrder(planned);
  return { files: planned, folders: await leftBehind(movable, disk) };
}

/** The moves of a plan, each after the one that makes room for it. */
export function movesOf(series: string, plan: SeriesPlan): NewMove[] {
  const moves = inOrder(plan.files).flatMap(({ file: { id, root, path }, to, beside }) => [
    { file_id: id, beside: null, series_id: series, root, source: path, target: to },
    ...beside.map((one) => ({ file_id: null, beside: id, series_id: series, root, source: one.from, target: one.to })),
  ]);
  const folders = plan.folders.map(({ from, to, root }) => ({
    ...{ file_id: null, beside: null, series_id: series, root, source: from, target: to },
  }));
  return [...moves, ...folders];
}

interface Disk {
  /** Names in a folder; none when it isn't there. */
  names(folder: string): Promise<readonly string[]>;
  /** Those that some file system takes for this name. */
  twins(path: string): Promise<readonly string[]>;
}

function reader(): Disk {
  const read = new Map<string, Promise<{ names: string[]; folded: Map<string, string[]> }>>();
  const look = (folder: string) => {
    const known = read.get(folder);
    if (known) return known;
    const looking = readdir(folder)
      .catch((): string[] => [])
      .then((names) => ({ names, folded: Map.groupBy(names, foldName) }));
    read.set(folder, looking);
    return looking;
  };
  return {
    names: async (folder) => (await look(folder)).names,
    twins: async (path) => (await look(dirname(path))).folded.get(foldName(basename(path))) ?? [],
  };
}

function besideOf(name: string, video: string, to: string): { from: string; to: string } {
  const stem = basename(video, extname(video));
  const rest = name.slice(stem.length);
  return { from: join(dirname(video), name), to: join(dirname(to), basename(to, extname(to)) + rest) };
}

type Wish = Pick<Planned, 'file' | 'to'>;

/** Who wants to leave which path, and for which. */
interface Wishes {
  bySource: ReadonlyMap<string, Wish>;
  byTarget: ReadonlyMap<string, readonly Wish[]>;
}

async function conflictOf(one: Wish, wishes: Wishes, disk: Disk): Promise<string | null> {
  const { file, to } = one;
  if (new Set(file.episodes.map((episode) => episode.season)).size > 1) return 'It holds episodes of several seasons.';
  if (!isWithin(to, file.root)) return 'The template leads out of the library folder.';
  const rival = wishes.byTarget.get(foldName(to))?.find((other) => other !== one);
  if (rival) return `The template gives ${rival.file.path} the same name.`;
  if (!(await disk.names(dirname(file.path))).includes(basename(file.path))) return 'It is not there at the moment.';
  for (const name of await disk.twins(to)) {
    const there = join(dirname(to), name);
    if (there === file.path) continue;
    const mover = wishes.bySource.get(there);
    if (!mover) return `${there} is there already.`;
    if (leadsBack(mover, one, wishes)) return `It and ${there} would change places; rename one of them by hand.`;
  }
  return null;
}

/** Whether files wait for each other's names in a circle. */
function leadsBack(from: Wish, to: Wish, { bySource }: Wishes): boolean {
  const seen = new Set<Wish>();
  for (let at: Wish | undefined = from; at && !seen.has(at); at = bySource.get(at.to)) {
    if (at === to) return true;
    seen.add(at);
  }
  return false;
}

/** Those that can be moved, each after the one whose name it takes. */
function inOrder(planned: readonly Planned[]): Planned[] {
  const movable = new Map(planned.filter((one) => one.conflict === null).map((one) => [one.file.path, one]));
  const blocked = new Set(planned.filter((one) => one.conflict !== null).map((one) => one.file.path));
  const ordered = new Set<Planned>();
  for (const one of movable.values()) {
    const chain: Planned[] = [];
    for (let at: Planned | undefined = one; at && !ordered.has(at) && !chain.includes(at); at = movable.get(at.to))
      chain.push(at);
    // The name that the last one takes stays another's.
    if (chain.some(({ to }) => blocked.has(to)))
      for (const stuck of chain) stuck.conflict = 'Its name is another’s, which stays.';
    else for (const free of chain.toReversed()) ordered.add(free);
  }
  return [...ordered].filter((one) => one.conflict === null);
}

/** Folders that all videos leave: what tells of them goes along when all go to one other folder. */
async function leftBehind(moves: readonly Planned[], disk: Disk): Promise<SeriesPlan['folders']> {
  const gone = new Set(moves.flatMap(({ file, beside }) => [file.path, ...beside.map((one) => one.from)]));
  const arriving = [...new Set(moves.map(({ to }) => dirname(to)))];
  const folders: SeriesPlan['folders'] = [];
  // Deepest first: a folder is left when those below it are.
  for (const left of foldersLeft(moves).sort((one, other) => other.path.length - one.path.length)) {
    const { path, root, targets } = left;
    const names = (await disk.names(path)).filter((name) => !gone.has(join(path, name)));
    if (!names.every(isOfFolder) || arriving.some((folder) => isWithin(folder, path))) continue;
    const [to, ...more] = targets;
    const one = to !== undefined && more.length === 0 && to !== root && isWithin(to, root) ? to : null;
    const there = new Set((one === null ? [] : await disk.names(one)).map(foldName));
    const free = one === null ? [] : names.filter((name) => !there.has(foldName(name)));
    folders.push(...free.map((name) => ({ from: join(path, name), to: join(one!, name), root })));
    if (free.length === names.length) gone.add(path);
  }
  return folders;
}

interface Left {
  path: string;
  root: string;
  /** Where its videos, or those of the folders below it, go. */
  targets: Set<string>;
}

function foldersLeft(moves: readonly Planned[]): Left[] {
  const left = new Map<string, Left>();
  for (const { file, to } of moves)
    for (
      let [path, target] = [dirname(file.path), dirname(to)];
      path !== file.root && isWithin(path, file.root);
      [path, target] = [dirname(path), dirname(target)]
    ) {
      const known = left.get(path) ?? { path, root: file.root, targets: new Set() };
      left.set(path, { ...known, targets: known.targets.add(target) });
    }
  return [...left.values()];
}
