import { parseArgs } from 'node:util';
import { createLog } from '@aniworld/chassis';
import { startServers } from '@aniworld/testing';
import { cases as a } from './a.ts';
import type { FaultCase, FaultContext, FaultOutcome } from './case.ts';
import { cases as d } from './d.ts';
import { cases as e } from './e.ts';
import { cases as f } from './f.ts';
import { cases as h } from './h.ts';
import { cases as j } from './j.ts';
import { seededRandom } from './random.ts';

/**
 * `npm run faults -- ID... [--seed n] [--times n] [--json] [--verbose]`: breaks the system on purpose and checks what must
 * hold. Without ids: all cases. The exit status is 0 only when all held; with `--json` the last line is one object.
 */
const all: FaultCase[] = [...a, ...d, ...e, ...f, ...h, ...j];

const { values, positionals } = readArguments();
const seed = number('seed', values.seed) ?? Math.floor(Math.random() * 2 ** 31);
const times = number('times', values.times);
const chosen = positionals.length === 0 ? all : positionals.map(find);
const say = (text: string) => (values.json ? process.stderr : process.stdout).write(`${text}\n`);
const log = createLog({ service: 'faults', level: values.verbose ? 'info' : 'silent', out: process.stderr });

say(`seed ${seed}`);
const servers = await startServers();
say(servers.about);
const results: ({ id: string } & FaultOutcome)[] = [];
for (const one of chosen) {
  say(`${one.id} ${one.title}`);
  const outcome = await attempt(one, { servers, log, random: seededRandom(seed), times });
  results.push({ id: one.id, ...outcome });
  say(`${outcome.held ? '  held' : '  FAILED'} ${JSON.stringify(outcome.figures)}`);
  for (const sentence of outcome.broken) say(`  ${sentence}`);
}
const held = results.filter((result) => result.held).length;
const failed = results.length - held;
if (values.json) process.stdout.write(`${JSON.stringify({ held, failed, seed, cases: results })}\n`);
else say(`${held} held, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
await servers[Symbol.asyncDispose]();
// A case that was late still holds on to something; its processes end with this one.
process.exit();

async function attempt(one: FaultCase, context: FaultContext): Promise<FaultOutcome> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const minutes = one.limitMinutes ?? 10;
  const timer = setTimeout(() => reject(new Error(`not over within ${minutes} minutes`)), minutes * 60_000);
  try {
    return await Promise.race([one.run(context), late]);
  } catch (error) {
    return {
      held: false,
      figures: {},
      broken: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    };
  } finally {
    clearTimeout(timer);
  }
}

function readArguments() {
  const one = { type: 'boolean' } as const;
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ allowPositionals: true, options: { seed: text, times: text, json: one, verbose: one } });
  } catch (error) {
    return usage(`${(error as Error).message}\nnpm run faults -- ID... [--seed n] [--times n] [--json] [--verbose]`);
  }
}

function find(id: string): FaultCase {
  const found = all.find((one) => one.id === id.toUpperCase());
  if (!found) return usage(`There is no case ${id}. There are: ${all.map((one) => one.id).join(' ')}`);
  return found;
}

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  return Number.isInteger(value) && value >= 0 ? value : usage(`--${name} takes a whole number, not "${text}"`);
}

function usage(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(2);
}
