import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { lessIsBetter, median, type Row } from '../case.ts';
import { type FileCost, measure, takeMemory, zeros } from './measure.ts';
import type { Nginx } from './nginx.ts';

const GIB = 2;
const ROUNDS = 5;
const FETCH = fileURLToPath(new URL('fetch.ts', import.meta.url));
const run = promisify(execFile);

/** Fetches a URL into a file. */
type Program = (url: string, ca: string, file: string) => Promise<FileCost>;

/** Each as fast as it can be set: no preallocation for aria2c, which would write the file twice. */
const programs: Record<'ours' | 'oursSynced' | 'curl' | 'wget' | 'aria2c' | 'dd', Program> = {
  ours: (url, ca, file) => fetchOurs([url, file, ca]),
  oursSynced: (url, ca, file) => fetchOurs([url, file, ca, 'synced']),
  curl: (url, ca, file) => measure(file, 'curl', ['-q', '-sSf', '--cacert', ca, '-o', file, url]),
  wget: (url, ca, file) => measure(file, 'wget', ['--no-config', '-q', `--ca-certificate=${ca}`, '-O', file, url]),
  aria2c: (url, ca, file) => {
    const where = ['-d', dirname(file), '-o', basename(file)];
    return measure(file, 'aria2c', [
      '--no-conf',
      '-q',
      '--file-allocation=none',
      `--ca-certificate=${ca}`,
      ...where,
      url,
    ]);
  },
  // Downloads nothing and only writes as many bytes: what the file system takes by itself.
  dd: (_url, _ca, file) => measure(file, 'dd', zeros(file, GIB * 1024 ** 3)),
};
type Name = keyof typeof programs;
const names = Object.keys(programs) as Name[];

async function fetchOurs(args: string[]): Promise<FileCost> {
  const { stdout } = await run(process.execPath, [FETCH, ...args]);
  return JSON.parse(stdout) as FileCost;
}

/** Wall time against each peer, by protocol; 0: shown and not judged. */
const GOALS = {
  HTTP: { curl: 2, wget: 1, aria2c: 3, dd: 0 },
  'TLS 1.3': { curl: 1.1, wget: 1, aria2c: 1.7, dd: 0 },
} as const;
type Peer = keyof typeof GOALS.HTTP;

/**
 * One large file over one connection, ours beside the others in turns, each to the same file system. All do the same work: up to
 * the last byte written, and the rest left to the system. In the rows "on the disk" ours syncs beside the fetching, as the
 * service does, and the others' files are synced when they have ended.
 */
export async function engine(nginx: Nginx, folder: string, say: (text: string) => void): Promise<Row[]> {
  const name = 'large.bin';
  await writeRandom(join(folder, 'files', name), GIB);
  const rows: Row[] = [];
  for (const [protocol, url] of Object.entries({ HTTP: nginx.url, 'TLS 1.3': nginx.tlsUrl })) {
    const costs = await inTurns(`${url}${name}`, nginx.ca, folder);
    for (const program of names) say(`${protocol} ${program}: ${told(costs[program])}`);
    rows.push(...rowsOf(protocol as keyof typeof GOALS, costs));
  }
  await rm(join(folder, 'files', name));
  return rows;
}

// What disturbs the machine for a while disturbs all of them.
async function inTurns(url: string, ca: string, folder: string): Promise<Record<Name, FileCost>> {
  const file = join(folder, 'fetched.bin');
  const all = new Map<Name, FileCost[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of names) {
      await takeMemory(folder, GIB * 1024 ** 3);
      all.get(name)!.push(await programs[name](url, ca, file));
      await rm(file);
    }
  }
  return Object.fromEntries([...all].map(([name, costs]) => [name, middle(costs)])) as Record<Name, FileCost>;
}

function middle(costs: FileCost[]): FileCost {
  const of = (figure: keyof FileCost) => median(costs.map((cost) => cost[figure]));
  return {
    seconds: of('seconds'),
    syncedSeconds: of('syncedSeconds'),
    cpuSeconds: of('cpuSeconds'),
    peakMib: of('peakMib'),
  };
}

function rowsOf(protocol: keyof typeof GOALS, costs: Record<Name, FileCost>): Row[] {
  const row = (what: string, figure: keyof FileCost, peer: Peer, unit: string, goal: number) =>
    lessIsBetter({
      case: `${GIB} GiB over ${protocol}${what}`,
      ours: hundredths(costs[figure === 'syncedSeconds' ? 'oursSynced' : 'ours'][figure]),
      peer: hundredths(costs[peer][figure]),
      peer_name: peer === 'dd' ? 'dd, which writes and downloads nothing' : peer,
      unit,
      goal,
    });
  const peers = Object.entries(GOALS[protocol]) as [Peer, number][];
  return [
    ...peers.map(([peer, goal]) => row('', 'seconds', peer, 's', goal)),
    row(', processor time', 'cpuSeconds', 'curl', 's', 1),
    // Shown and not judged: the disk's own speed, and memory, of which most is Node itself.
    ...peers.map(([peer]) => row(', all of them on the disk', 'syncedSeconds', peer, 's', 0)),
    ...peers.map(([peer]) => row(', peak memory', 'peakMib', peer, 'MiB', 0)),
  ];
}

const hundredths = (value: number) => Math.round(value * 100) / 100;
const told = ({ seconds, syncedSeconds, cpuSeconds, peakMib }: FileCost) =>
  `${seconds.toFixed(2)} s, on the disk after ${syncedSeconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of processor, ${Math.round(peakMib)} MiB`;

/** The same random mebibyte over and over: nothing between here and there compresses or looks for holes. */
async function writeRandom(path: string, gib: number): Promise<void> {
  const mebibyte = randomBytes(1024 * 1024);
  await using file = await open(path, 'w', 0o644);
  for (let i = 0; i < gib * 1024; i += 1) await file.write(mebibyte);
  await file.datasync();
}
