import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '@aniworld/chassis';
import type { ServiceName } from '@aniworld/contracts';
import type { Environment } from './environment.ts';

/** A service in a process of its own. */
export type Replica = AsyncDisposable & {
  readonly service: ServiceName;
  /** Of the process that runs now. */
  readonly pid: number | undefined;
  /** Resolves when the process has said that it is ready. */
  readonly ready: Promise<void>;
};

/** A soft stop is over by then: downloads have checkpointed. */
const SOFT_STOP_MS = 7_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Starts a service's `main.ts` and starts it again whenever it ends by itself. It runs in a session of its own, so that a
 * Ctrl-C reaches it through us, in the right order; when we are killed, its channel closes and it ends too.
 */
export function startReplica(service: ServiceName, environment: Environment, log: Log): Replica {
  const stop = new AbortController();
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  let child: ChildProcess | undefined;
  const supervised = (async () => {
    for (let failures = 0; !stop.signal.aborted; failures += 1) {
      const begunAt = performance.now();
      child = launch(service, environment, log, resolve);
      const [code, signal] = await exitOf(child);
      if (stop.signal.aborted) return;
      if (code === 78) throw new Error(`The service ${service} refused its environment; its reason stands above.`);
      log.error({ replica: service, code, signal }, 'a service ended by itself; starting it again');
      if (performance.now() - begunAt > LONGEST_PAUSE_MS) failures = 0;
      await delay(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures), undefined, { signal: stop.signal }).catch(
        () => undefined,
      );
    }
  })();
  supervised.catch((error: unknown) => {
    log.error({ err: error }, 'a service could not be started');
    reject(error);
  });
  ready.catch(() => undefined);
  return {
    service,
    ready,
    get pid() {
      return child?.pid;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await end(child);
      await supervised.catch(() => undefined);
    },
  };
}

/**
 * A worker makes little that lives long: with young generations of 2 MiB and two heaps of the C library, however many threads
 * there are, sixteen large downloads at once took 173 MiB and not 225.
 */
const WORKER_FLAGS = ['--max-semi-space-size=2'];
/** Threads for files: each sync of a download holds one for as long as the disk takes. */
const WORKER_VARIABLES = { UV_THREADPOOL_SIZE: '16', MALLOC_ARENA_MAX: '2' };

function launch(service: ServiceName, environment: Environment, log: Log, onReady: () => void): ChildProcess {
  const main = new URL(`../../../services/${service}/src/main.ts`, import.meta.url).pathname;
  const flags = ['--disable-warning=ExperimentalWarning', ...(service === 'downloader' ? WORKER_FLAGS : [])];
  const child = spawn(process.execPath, [...flags, main], {
    env: { ...inherited(), ...(service === 'downloader' && WORKER_VARIABLES), ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  createInterface({ input: child.stdout! }).on('line', (line) => relay(line, log));
  child.on('message', (message) => message === 'ready' && onReady());
  return child;
}

/** What a service gets of ours: programs of the system, and the folder of what Node has compiled before. */
function inherited(): Environment {
  const compiled = getCompileCacheDir();
  // Node names a folder of its version in it.
  return { PATH: '/usr/bin:/bin', ...(compiled && { NODE_COMPILE_CACHE: dirname(compiled) }) };
}

type Line = { level: number; msg: string; time?: string; service?: string };
const LEVELS: Record<number, 'debug' | 'info' | 'warn' | 'error' | 'fatal'> = {
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** Writes a child's line to our log, with its own fields. */
function relay(line: string, log: Log): void {
  try {
    const { level, msg, time: _, ...fields } = JSON.parse(line) as Line;
    log[LEVELS[level] ?? 'info'](fields, msg);
  } catch {
    log.warn({ line }, 'a service printed something that is no log line');
  }
}

async function exitOf(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exited = exitOf(child);
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), SOFT_STOP_MS);
  await exited;
  clearTimeout(hard);
}
