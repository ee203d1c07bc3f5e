import { AppConfig, Source } from '@aniworld/contracts';
import { createEgress } from '@aniworld/egress';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { YtdlpJob, YtdlpResult } from './job.ts';
import { fetchWithYtdlp } from './ytdlp.ts';

/** What a stub was started with. */
export interface Started {
  pid: number;
  args: string[];
  env: Record<string, string>;
  cwd: string;
}

export interface YtdlpChanges extends Partial<Omit<YtdlpJob, 'settings' | 'source'>> {
  settings?: Partial<YtdlpJob['settings']>;
  headers?: Record<string, string>;
}

/** The engine between a yt-dlp and a scratch folder. */
export interface YtdlpRig extends AsyncDisposable {
  scratch: string;
  /** Whatever `onProgress` was called with. */
  progress: [done: number, total: number | null][];
  /** Puts a program in the place of yt-dlp, that runs this in Node: `say(line)`, `fs` and `save(name)` are there. */
  stub(body: string, version?: string): Promise<void>;
  /** What the last stub that did more than say its version was started with; null when none was. */
  started(): Promise<Started | null>;
  fetch(url: string, changes?: YtdlpChanges, signal?: AbortSignal): Promise<YtdlpResult>;
}

const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin';
/** Begins like a film. */
export const FILM = Buffer.concat([Buffer.from('\0\0\0\x18ftypisom'), Buffer.alloc(100_000, 7)]);

/** @param path of a real yt-dlp; without it there is none until `stub` */
export async function startYtdlpRig(path?: string): Promise<YtdlpRig> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "aniworld-ytdlp it's 50 % "));
  stack.defer(() => rm(folder, { recursive: true }));
  const egress = stack.use(createEgress({ allowPrivate: ['127.0.0.1'] }));
  const [scratch, program, note] = ['item.1.parts', 'yt-dlp', 'started.json'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const progress: YtdlpRig['progress'] = [];
  await writeFile(join(folder, 'film'), FILM);
  const owned = stack.move();
  return {
    ...{ scratch, progress },
    async stub(body, version = '2026.08.19') {
      await rm(note, { force: true });
      await writeFile(program, scriptOf({ body, version, note, film: join(folder, 'film') }), { mode: 0o755 });
    },
    started: () =>
      readFile(note, 'utf8').then(
        (text) => JSON.parse(text) as Started,
        () => null,
      ),
    async fetch(url, { settings, headers = {}, ...changes } = {}, signal = new AbortController().signal) {
      const job: YtdlpJob = {
        source: { ...Source.parse({ engine: 'ytdlp', url: 'http://127.0.0.1/', headers }), url },
        settings: { ...AppConfig.parse({}).download, ytdlp_path: path ?? program, ...settings },
        ...{ egress, scratch, searchPath: SYSTEM_PATH },
        onProgress: (done, total) => void progress.push([done, total]),
        ...changes,
      };
      return await fetchWithYtdlp(job, signal);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function scriptOf({
  body,
  version,
  note,
  film,
}: {
  body: string;
  version: string;
  note: string;
  film: string;
}): string {
  return `#!${process.execPath}
const fs = require('node:fs');
const args = process.argv.slice(2);
const say = (line) => fs.writeSync(1, line + '\\n');
const save = (name) => fs.copyFileSync(${JSON.stringify(film)}, name);
if (args.includes('--version')) {
  fs.appendFileSync(__dirname + '/asked', 'asked\\n');
  say(${JSON.stringify(version)});
} else {
  const { pid, env } = process;
  fs.writeFileSync(${JSON.stringify(note)}, JSON.stringify({ pid, args, env, cwd: process.cwd() }));
  main();
}
function main() {
${body}
}
`;
}

/** Process ids that live in a process group; one that has ended and that nobody has waited for doesn't count. */
export async function aliveInGroup(group: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return pids.filter((_, at) => {
    // Behind the name, which may hold anything: state, parent, group.
    const [state, , own] = stats[at]!.slice(stats[at]!.lastIndexOf(')') + 2).split(' ');
    return Number(own) === group && state !== 'Z';
  });
}
