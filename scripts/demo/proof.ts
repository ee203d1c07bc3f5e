import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { QueueItem } from '@aniworld/contracts';
import type { ApiClient } from '@aniworld/sdk';
import type { Screen } from './screen.ts';

/** The sample shelf's own list of what its files hold; nothing that the system told us. */
const SHELF = new URL('../../services/catalog/shelf/index.json', import.meta.url);

interface ShelfIndex {
  shows: { title: string; episodes: { season: number; episode: number; sha256: string }[] }[];
}

/** Reads every file in the library and compares its SHA-256 with the shelf's. */
export async function prove(client: ApiClient, items: QueueItem[], screen: Screen) {
  const shelf = JSON.parse(await readFile(SHELF, 'utf8')) as ShelfIndex;
  const proof = { episodes: 0, bytes: 0, sha256_ok: true };
  for (const { id } of items) {
    const { item } = await client.queue.get({ id });
    const data = await readFile(item.path ?? '');
    const show = shelf.shows.find((one) => one.title === item.series_title);
    const wanted = show?.episodes.find((one) => one.season === item.season && one.episode === item.episode)?.sha256;
    const same = createHash('sha256').update(data).digest('hex') === wanted;
    if (!same) screen.say(`${item.path} is not what the shelf holds`);
    proof.sha256_ok &&= same;
    proof.episodes += 1;
    proof.bytes += data.length;
  }
  return proof;
}

/** The folder as an indented list. */
export async function tree(folder: string, indent = '  '): Promise<string> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => a.name.localeCompare(b.name));
  const lines = await Promise.all(
    entries.map(async (entry) =>
      entry.isDirectory()
        ? `${indent}${entry.name}/\n${await tree(join(folder, entry.name), `${indent}  `)}`
        : `${indent}${entry.name}`,
    ),
  );
  return lines.filter((line) => line !== '').join('\n');
}
