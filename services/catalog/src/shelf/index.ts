import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/**
 * A path that can't leave its folder: no dot but the one before the ending, no leading slash, no empty part.
 */
const File = z.string().regex(/^[a-z0-9-]+(\/[a-z0-9-]+)*\.(mp4|svg)$/);

/** One episode and its file. `absolute` counts over the whole show and is apart from `season` and `episode`. */
export const ShelfEpisode = z.strictObject({
  season: z.int().min(0).describe('0 holds the specials'),
  episode: z.int().min(1),
  absolute: z.int().min(1).nullable(),
  title: z.string().min(1),
  air_date: z.iso.date(),
  overview: z.string(),
  duration: z.number().positive().describe('seconds'),
  file: File,
  size: z.int().positive().describe('bytes'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ShelfEpisode = z.infer<typeof ShelfEpisode>;

export const ShelfShow = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]+$/),
    title: z.string().min(1),
    synonyms: z.array(z.string().min(1)),
    year: z.int().min(1900).max(2200),
    numbering: z.enum(['seasons', 'absolute']).describe('how viewers count the episodes'),
    overview: z.string(),
    poster: File,
    episodes: z.array(ShelfEpisode).min(1),
  })
  .refine((show) => distinct(show.episodes.map(({ season, episode }) => `${season}x${episode}`)), {
    error: 'two episodes have the same season and number',
  })
  .refine((show) => distinct(show.episodes.flatMap(({ absolute }) => absolute ?? [])), {
    error: 'two episodes have the same absolute number',
  });
export type ShelfShow = z.infer<typeof ShelfShow>;

/** The catalogue document `index.json`: every show of the shelf, its episodes, and the files that hold them. */
export const ShelfIndex = z
  .strictObject({
    catalogue: z.literal(1).describe('version of this format'),
    name: z.string().min(1),
    license: z.string().min(1).describe('SPDX identifier of everything on the shelf'),
    updated: z.iso.datetime().describe('when any file of the shelf last changed'),
    shows: z.array(ShelfShow),
  })
  .refine((index) => distinct(index.shows.map(({ id }) => id)), { error: 'two shows have the same id' })
  .refine((index) => distinct(index.shows.flatMap(filesOf)), { error: 'a file is named twice' });
export type ShelfIndex = z.infer<typeof ShelfIndex>;

/** A file that may be served: `path` on disk, `size` in bytes, lower-case hex `sha256`, media `type`. */
export type ShelfFile = { path: string; size: number; sha256: string; type: string };

/** The document and, by the name under which each is served, all files: clips, posters and `index.json` itself. */
export type Shelf = { index: ShelfIndex; files: ReadonlyMap<string, ShelfFile> };

/** The folder of the sample shelf that is part of this service. */
export const sampleShelf = fileURLToPath(new URL('../../shelf/', import.meta.url));

/**
 * Reads and validates the shelf in `folder`. Throws a `ZodError` when the document is wrong, and an `Error` naming the
 * file when one is missing or has another size than the document says. Hashes of clips are taken from the document: to
 * hash them here would cost more than the rest of the start.
 */
export async function loadShelf(folder: string = sampleShelf): Promise<Shelf> {
  const document = await readFile(join(folder, 'index.json'));
  const index = ShelfIndex.parse(JSON.parse(document.toString('utf8')));
  const files = new Map<string, ShelfFile>();
  files.set('index.json', describe(join(folder, 'index.json'), document, 'application/json'));
  for (const show of index.shows) {
    const path = join(folder, show.poster);
    files.set(show.poster, describe(path, await readFile(path), 'image/svg+xml'));
    for (const episode of show.episodes) files.set(episode.file, await clipFile(folder, episode));
  }
  return { index, files };
}

async function clipFile(folder: string, { file, size, sha256 }: ShelfEpisode): Promise<ShelfFile> {
  const path = join(folder, file);
  const found = await stat(path);
  if (found.size !== size) throw new Error(`${file} has ${found.size} bytes, its index says ${size}`);
  return { path, size, sha256, type: 'video/mp4' };
}

function describe(path: string, bytes: Buffer, type: string): ShelfFile {
  return { path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), type };
}

function filesOf(show: ShelfShow): string[] {
  return [show.poster, ...show.episodes.map(({ file }) => file)];
}

function distinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}
