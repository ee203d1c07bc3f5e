import { randomBytes } from 'node:crypto';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog } from '@aniworld/chassis';
import { connectRealtime, createClient } from '@aniworld/sdk';
import { startStandalone } from '@aniworld/standalone';
import { lessIsBetter, median, type Row } from '../case.ts';
import { fetchAllWithAria2 } from './aria2.ts';
import { costOf, type Cost, measureAll, takeMemory } from './measure.ts';
import type { Nginx } from './nginx.ts';

/** Downloads at once, of all programs. */
const AT_ONCE = 16;
const ROUNDS = 3;
const KIB = 1024;

interface Load {
  name: string;
  files: number;
  bytes: number;
  /** Of the ratio to aria2c's wall time. */
  goal: number;
}

const loads: Load[] = [
  { name: '32 x 64 MiB', files: 32, bytes: 64 * KIB * KIB, goal: 1.5 },
  { name: '2,000 x 64 KiB', files: 2_000, bytes: 64 * KIB, goal: 1 },
];

/** Memory of one worker with sixteen large files in hand, in MiB. */
const MOST_MIB = 150;

/**
 * The whole running system, with a database whose commits are on the disk and events that somebody listens to: from "queue this
 * series" to the last file in the library. The files are random bytes, so that looking into them as films is off; all else is
 * as it comes. Beside it aria2c, asked over RPC, and curl and wget, all as many at once.
 */
export async function system(nginx: Nginx, folder: string, say: (text: string) => void): Promise<Row[]> {
  const rows: Row[] = [];
  for (const load of loads) {
    await writeFiles(nginx, folder, load);
    const costs: Record<'ours' | 'aria2c' | 'curl' | 'wget', Cost[]> = { ours: [], aria2c: [], curl: [], wget: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      costs.ours.push(await ours(nginx, folder, load));
      const urls = Array.from({ length: load.files }, (_, i) => `${nginx.url}${i}.mp4`);
      costs.aria2c.push(await inFolder(folder, load, (to) => fetchAllWithAria2(urls, to, AT_ONCE)));
      costs.curl.push(await inFolder(folder, load, (to) => withCurl(urls, to)));
      costs.wget.push(await inFolder(folder, load, (to) => withWget(urls, to)));
      const told = Object.entries(costs).map(([name, all]) => `${name} ${all.at(-1)!.seconds.toFixed(2)} s`);
      say(`${load.name}, round ${round + 1}: ${told.join(', ')}`);
    }
    rows.push(...rowsOf(load, costs));
    await rm(join(folder, 'files'), { recursive: true, force: true });
  }
  return rows;
}

function rowsOf({ name, files, goal }: Load, costs: Record<'ours' | 'aria2c' | 'curl' | 'wget', Cost[]>): Row[] {
  const of = (program: keyof typeof costs, figure: keyof Cost) =>
    Math.round(median(costs[program].map((cost) => cost[figure])) * 100) / 100;
  const row = (what: string, figure: keyof Cost, peer: 'aria2c' | 'curl' | 'wget', unit: string, least: number) =>
    lessIsBetter({
      case: `${name} through the whole system, ${AT_ONCE} at once${what}`,
      ours: of('ours', figure),
      peer: of(peer, figure),
      peer_name: peer,
      unit,
      goal: least,
    });
  const memory = lessIsBetter({
    case: `${name}: most memory of the worker process, ${AT_ONCE} at once`,
    ours: of('ours', 'peakMib'),
    peer: MOST_MIB,
    peer_name: 'goal',
    unit: 'MiB',
    goal: files === 32 ? 1 : 0,
  });
  return [
    row('', 'seconds', 'aria2c', 's', goal),
    row('', 'seconds', 'curl', 's', 0),
    row('', 'seconds', 'wget', 's', 0),
    row(', processor time of the worker process', 'cpuSeconds', 'aria2c', 's', 0),
    memory,
  ];
}

async function ours(nginx: Nginx, folder: string, { files, bytes }: Load): Promise<Cost> {
  const home = join(folder, 'system');
  const log = createLog({ service: 'bench', level: 'error', out: process.stderr });
  const options = {
    dataDir: home,
    port: 0,
    host: '127.0.0.1',
    downloaders: 1,
    workerSlots: AT_ONCE,
    logLevel: 'error',
  };
  try {
    await using running = await startStandalone(options, log);
    let token: string | null = null;
    const client = createClient({ baseUrl: running.url, token: () => token });
    const feed = `${nginx.url}feed.xml`;
    const config = {
      library: { folders: [join(home, 'library')] },
      queue: { max_concurrent: AT_ONCE, host_max_concurrent: AT_ONCE },
      download: { verify_media: false },
      network: { allow_private: ['127.0.0.1'] },
      providers: { rss: { feeds: [{ name: 'Bench', url: feed }] } },
    };
    token = (await client.config.setup({ password: crypto.randomUUID(), config })).token;
    const { id } = await client.search.add({ provider: 'rss', ref: feed });
    using realtime = connectRealtime({ baseUrl: running.url, token: () => token });
    await realtime.join('downloads');
    const done = new Set<string>();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    realtime.on('download_complete', ({ item }) => done.add(item.id).size === files && resolve());
    realtime.on('download_failed', ({ item, detail }) => reject(new Error(`${item.title}: ${detail}`)));
    const worker = running.replicas.find((replica) => replica.service === 'downloader')!;
    await takeMemory(folder, files * bytes);
    const before = await costOf(worker.pid!);
    const begun = performance.now();
    await client.anime.download({ id });
    await promise;
    const seconds = (performance.now() - begun) / 1_000;
    const { cpuSeconds, peakMib } = await costOf(worker.pid!);
    return { seconds, cpuSeconds: cpuSeconds - before.cpuSeconds, peakMib };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function inFolder(folder: string, { files, bytes }: Load, fetch: (to: string) => Promise<Cost>): Promise<Cost> {
  const to = join(folder, 'fetched');
  await mkdir(to);
  await takeMemory(folder, files * bytes);
  try {
    return await fetch(to);
  } finally {
    await rm(to, { recursive: true, force: true });
  }
}

async function withCurl(urls: string[], to: string): Promise<Cost> {
  const list = join(to, '..', 'curl.txt');
  await writeFile(list, urls.map((url, i) => `url = "${url}"\noutput = "${join(to, `${i}.mp4`)}"\n`).join(''));
  return measureAll('curl', ['-q', '-sSf', '--parallel', '--parallel-max', String(AT_ONCE), '-K', list]);
}

async function withWget(urls: string[], to: string): Promise<Cost> {
  const list = join(to, '..', 'wget.txt');
  await writeFile(list, urls.join('\n'));
  // Several at once only as several processes, each with its share.
  const share = String(Math.ceil(urls.length / AT_ONCE));
  return measureAll('xargs', ['-a', list, '-P', String(AT_ONCE), '-n', share, 'wget', '--no-config', '-q', '-P', to]);
}

async function writeFiles(nginx: Nginx, folder: string, { files, bytes }: Load): Promise<void> {
  const served = join(folder, 'files');
  await mkdir(served, { recursive: true });
  const piece = randomBytes(Math.min(bytes, KIB * KIB));
  for (let i = 0; i < files; i += 1) {
    await using file = await open(join(served, `${i}.mp4`), 'w', 0o644);
    // Each file has another beginning, so that none is another one's copy.
    piece.writeUInt32BE(i, 8);
    for (let at = 0; at < bytes; at += piece.length) await file.write(piece);
  }
  const items = Array.from(
    { length: files },
    (_, i) => `<item><title>Episode ${i + 1}</title><guid>${i}</guid>
      <enclosure url="${nginx.url}${i}.mp4" type="video/mp4" length="${bytes}"/></item>`,
  );
  const feed = `<?xml version="1.0"?><rss version="2.0"><channel><title>Bench</title>${items.join('\n')}</channel></rss>`;
  await writeFile(join(served, 'feed.xml'), feed);
}
