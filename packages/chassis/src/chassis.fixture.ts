import { startNats } from '@aniworld/standalone/nats';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { type Bus, connectBus } from './bus.ts';
import { createLog, type Log } from './log.ts';

export type Line = { level: number; msg: string } & Record<string, unknown>;

/** A log that is kept, so that a test can wait for a line and count them. */
export interface KeptLog {
  log: Log;
  lines: Line[];
  /** The first line whose message contains `text`, there already or yet to come. */
  line(text: string): Promise<Line>;
}

export function keptLog(): KeptLog {
  const lines: Line[] = [];
  const watching = new Set<() => void>();
  const out = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(
        ...chunk
          .toString()
          .trim()
          .split('\n')
          .map((text) => JSON.parse(text) as Line),
      );
      for (const look of watching) look();
      done();
    },
  });
  const line = (text: string) =>
    new Promise<Line>((resolve) => {
      const look = () => {
        const found = lines.find((entry) => entry.msg.includes(text));
        if (found) resolve(found);
        if (found) watching.delete(look);
      };
      watching.add(look);
      look();
    });
  return { log: createLog({ level: 'trace', service: 'test', out }), lines, line };
}

export const silent = createLog({ level: 'silent', service: 'test', out: null });

/** A connection to the test run's broker. */
export function testBus(prefix: string, { url = inject('natsUrl'), name = 'test', log = silent } = {}): Promise<Bus> {
  return connectBus({ url, prefix, name, log });
}

export interface Broker extends AsyncDisposable {
  url: string;
  /** Kills the server as a power cut would; it is started again on the same port and files a moment later. */
  kill(): Promise<void>;
}

/** A broker of the test's own, for what would disturb the others; on the files of an earlier one when they are given. */
export async function ownBroker(files?: string): Promise<Broker> {
  await using opened = new AsyncDisposableStack();
  const dataDir = files ?? (await mkdtemp(join(tmpdir(), 'aniworld-broker-')));
  if (!files) opened.defer(() => rm(dataDir, { recursive: true, force: true }));
  const toolsDir = fileURLToPath(new URL('../../../.toolchain', import.meta.url));
  const nats = opened.use(await startNats({ dataDir, toolsDir, log: silent }));
  const kept = opened.move();
  return {
    url: nats.url,
    async kill() {
      process.kill(Number(await readFile(join(dataDir, 'nats', 'nats.pid'), 'utf8')), 'SIGKILL');
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Resolves when the condition holds; looks again at each turn of the event loop's timers and gives up with the test. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Runs a fixture under plain Node until a signal ends it, and gives the signal's name. */
export async function endOfVictim(...args: string[]): Promise<string> {
  const path = fileURLToPath(new URL('./victim.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return signal ?? `status ${code}`;
}
