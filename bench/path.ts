import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLog } from '@aniworld/chassis';
import { connectRealtime, createClient } from '@aniworld/sdk';
import { type Standalone, startStandalone } from '@aniworld/standalone';
import { type Bench, lessIsBetter } from './case.ts';

const CONCURRENT = 4;
const run = promisify(execFile);
const INDEX = new URL('../services/catalog/shelf/index.json', import.meta.url);

/**
 * The demo's work, from "queue these episodes" to the last file in the library, against `curl` fetching the same files from
 * the same origin one after the other. The origin paces each connection, as real ones do.
 */
export const path: Bench = {
  name: 'path',
  title: 'queue to library, beside curl one file after the other',
  async run(say) {
    const folder = await mkdtemp(join(tmpdir(), 'aniworld-bench-'));
    try {
      const log = createLog({ service: 'bench', level: 'warn', out: process.stderr });
      await using system = await startStandalone({ dataDir: join(folder, 'data'), port: 0, host: '127.0.0.1' }, log);
      const ours = await downloadAll(system, join(folder, 'library'));
      say(`ours: ${ours.seconds.toFixed(2)} s for ${ours.files} files`);
      const peer = await curlAll(system.shelfUrl, folder);
      say(`curl: ${peer.toFixed(2)} s`);
      const seconds = { ours: round(ours.seconds), peer: round(peer), unit: 's' };
      return [
        lessIsBetter({
          case: `${ours.files} files, ${CONCURRENT} at once`,
          ...seconds,
          peer_name: 'curl, one at a time',
          goal: 1,
        }),
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const round = (seconds: number) => Math.round(seconds * 100) / 100;

async function downloadAll(system: Standalone, library: string): Promise<{ seconds: number; files: number }> {
  let token: string | null = null;
  const client = createClient({ baseUrl: system.url, token: () => token });
  const config = { library: { folders: [library] }, queue: { max_concurrent: CONCURRENT } };
  token = (await client.config.setup({ password: crypto.randomUUID(), config })).token;
  const shows = (await readShelf()).shows;
  const series = await Promise.all(shows.map((show) => client.search.add({ provider: 'sample', ref: show.id })));
  using realtime = connectRealtime({ baseUrl: system.url, token: () => token });
  await realtime.join('downloads');
  const done = new Set<string>();
  const { promise, resolve } = Promise.withResolvers<void>();
  const files = shows.flatMap((show) => show.episodes).length;
  realtime.on('download_complete', ({ item }) => done.add(item.id).size === files && resolve());
  const begun = performance.now();
  for (const { id } of series) await client.anime.download({ id });
  await promise;
  return { seconds: (performance.now() - begun) / 1_000, files };
}

async function curlAll(shelfUrl: string, folder: string): Promise<number> {
  const begun = performance.now();
  for (const [i, { file }] of (await readShelf()).shows.flatMap((show) => show.episodes).entries()) {
    await run('curl', ['-sSf', '-o', join(folder, `${i}.mp4`), `${shelfUrl}/${file}`]);
  }
  return (performance.now() - begun) / 1_000;
}

async function readShelf() {
  return JSON.parse(await readFile(INDEX, 'utf8')) as { shows: { id: string; episodes: { file: string }[] }[] };
}
