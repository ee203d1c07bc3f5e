import { seededBytes, seededSha256, startOrigin } from '@aniworld/testing';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawFile, type Lie } from './lie.ts';

/** What other programs do at the same origin. */
export type Verdict = 'right' | 'wrong bytes kept as complete' | 'gave up' | 'not installed';

/** A run is ended after so long: a person would not wait for ever either. */
const MOST_MS = 10_000;
/** Runs with the option to go on where the last one stopped. */
const RUNS = 2;

type Tool = readonly [program: string, argumentsOf: (folder: string, url: string) => string[]];

const TOOLS: readonly Tool[] = [
  [
    'aria2c',
    (folder, url) =>
      `-q -c -x4 -s4 -k1M --max-tries=3 --retry-wait=0 --timeout=5 --connect-timeout=5 --auto-file-renaming=false
      --file-allocation=none -d ${folder} -o file ${url}`.split(/\s+/),
  ],
  ['curl', (folder, url) => `-sSfL -C - --max-time 9 -o ${folder}/file ${url}`.split(' ')],
  ['wget', (folder, url) => `-q -c -t 3 -T 5 --waitretry=0 -O ${folder}/file ${url}`.split(' ')],
];

/** Lets each program fetch the file of a lie. @returns one line for the table: `aria2c right, curl gave up, …` */
export async function tryTools(lie: Lie, random: () => number): Promise<string> {
  const verdicts = await Promise.all(TOOLS.map(async (tool) => `${tool[0]} ${await tryTool(tool, lie, random)}`));
  return verdicts.join(', ');
}

async function tryTool([program, argumentsOf]: Tool, lie: Lie, random: () => number): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-tool-'));
  await using origin = await startOrigin();
  try {
    const file = drawFile(lie, `tool-${program}`, random);
    const url = origin.add(file);
    // They go on from half of the file where the engine does so by its own map.
    if (lie.held) await writeFile(join(folder, 'file'), seededBytes(file.seed, 0, Math.floor(file.size * lie.held)));
    if (lie.held) origin.change(file.name, { behaviour: lie.after!(random, file) });
    let status: number | null | undefined = null;
    for (let n = 0; n < RUNS && status !== 0; n += 1) {
      status = await run(program, argumentsOf(folder, url));
      if (status === undefined) return 'not installed';
    }
    if (status !== 0) return 'gave up';
    const data = await readFile(join(folder, 'file'));
    const sha256 = createHash('sha256').update(data).digest('hex');
    const seed = lie.expected === 'replaced' ? `${file.seed}-new` : file.seed;
    return sha256 === seededSha256(seed, file.size) ? 'right' : 'wrong bytes kept as complete';
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns the exit status; null when it had to be ended; undefined when there is no such program */
function run(program: string, args: string[]): Promise<number | null | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | null | undefined>();
  const child = spawn(program, args, { stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), MOST_MS);
  child.once('error', () => resolve(undefined)).once('exit', (code) => resolve(code));
  return promise.finally(() => clearTimeout(timer));
}
