import { readFileSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { createLog, type Log } from '@aniworld/chassis';
import { freePort } from '@aniworld/standalone/ports';
import { type Replica, startReplica } from '@aniworld/standalone/replica';
import { until } from './until.ts';

export interface WorkerSettings {
  leaseSeconds: number;
  slots: number;
  /** More of the process's environment. */
  environment?: Record<string, string>;
  /** Kill points by name, with their actions. Each waits until it is armed, and strikes once. */
  points?: Record<string, string>;
  /** Kill points that strike each time. */
  traps?: Record<string, string>;
}

/** Fields of a log line that cases look at. */
export interface Line {
  msg: string;
  item?: string;
  epoch?: number;
  reason?: string;
  path?: string;
  code?: number | null;
  signal?: string | null;
}

/** Worker processes with names of ours; those that end come back by themselves. */
export class Workers implements AsyncDisposable {
  readonly all: Worker[] = [];
  readonly #environment: Record<string, string>;
  readonly #log: Log;
  readonly #opened = new AsyncDisposableStack();
  #tokens: string | undefined;

  constructor(environment: Record<string, string>, log: Log) {
    this.#environment = environment;
    this.#log = log;
  }

  /** Starts so many more at once. Resolves when all are ready. */
  async start(count: number, settings: WorkerSettings): Promise<Worker[]> {
    this.#tokens ??= await this.#makeFolder();
    const tokens = this.#tokens;
    const started = await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const name = `worker-${this.all.length + i + 1}`;
        return new Worker(name, await freePort(), join(tokens, name), settings, this.#environment, this.#log);
      }),
    );
    this.all.push(...started);
    for (const worker of started) this.#opened.use(worker);
    await Promise.all(started.map((worker) => worker.replica.ready));
    return started;
  }

  /** The one of this name, as rows and events give it. */
  named(name: string | null): Worker {
    const found = this.all.find((worker) => worker.name === name);
    if (!found) throw new Error(`no worker of ours is called ${name}`);
    return found;
  }

  others(than: Worker): Worker[] {
    return this.all.filter((worker) => worker !== than);
  }

  /** Waits until one of them was struck at a point that was armed for all, and takes it back from the others. */
  async struck(point: string, timeoutMs?: number): Promise<Worker> {
    let hit: Worker | undefined;
    await until(
      `a worker reaches ${point}`,
      async () => {
        for (const worker of this.all) if (await worker.wasStruck(point)) hit = worker;
        return hit !== undefined;
      },
      timeoutMs,
    );
    for (const worker of this.all) await worker.disarm(point);
    return hit!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]();
  }

  async #makeFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'aniworld-points-'));
    this.#opened.defer(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }
}

export class Worker implements AsyncDisposable {
  readonly name: string;
  readonly replica: Replica;
  readonly lines: Line[] = [];
  readonly #port: number;
  readonly #token: string;
  readonly #armed = new Set<string>();

  constructor(
    name: string,
    port: number,
    token: string,
    settings: WorkerSettings,
    environment: Record<string, string>,
    log: Log,
  ) {
    this.name = name;
    this.#port = port;
    this.#token = token;
    const own = {
      WORKER_NAME: name,
      WORKER_SLOTS: String(settings.slots),
      LEASE_SECONDS: String(settings.leaseSeconds),
      HEALTH_PORT: String(port),
      LOG_LEVEL: 'info',
      ...killPoints(settings, (point) => this.#tokenOf(point)),
    };
    this.replica = startReplica('downloader', { ...environment, ...own, ...settings.environment }, this.#record(log));
  }

  get pid(): number {
    if (this.replica.pid === undefined) throw new Error(`${this.name} has no process`);
    return this.replica.pid;
  }

  /** @returns false when the process had ended already */
  signal(signal: NodeJS.Signals): boolean {
    try {
      return process.kill(this.pid, signal);
    } catch {
      return false;
    }
  }

  async arm(point: string): Promise<void> {
    await writeFile(this.#tokenOf(point), '');
    this.#armed.add(point);
  }

  async disarm(point: string): Promise<void> {
    this.#armed.delete(point);
    await rm(this.#tokenOf(point), { force: true });
  }

  /** Whether it came to a point that was armed: the process takes the file away. */
  async wasStruck(point: string): Promise<boolean> {
    if (!this.#armed.has(point)) return false;
    return stat(this.#tokenOf(point)).then(
      () => false,
      () => true,
    );
  }

  /** Whether SIGSTOP has taken effect (proc(5): the third field of stat, behind the name in brackets). */
  get isStopped(): boolean {
    return stateOf(this.pid) === 'T';
  }

  /** Writes of this process that were refused, since it was started. */
  async fenced(): Promise<number> {
    const metrics = await (await fetch(`http://127.0.0.1:${this.#port}/metrics`)).text();
    const values = metrics.matchAll(/^aniworld_writes_fenced_total\{[^}]*\} (\d+)$/gm);
    return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
  }

  /** Waits until the process that runs now answers and has what it needs. */
  async isReady(timeoutMs?: number): Promise<void> {
    const address = `http://127.0.0.1:${this.#port}/health/ready`;
    await until(
      `${this.name} is ready`,
      () =>
        fetch(address).then(
          ({ ok }) => ok,
          () => false,
        ),
      timeoutMs,
    );
  }

  /** Waits for a line of its log, of those written already too. */
  async said(what: string, fits: (line: Line) => boolean, timeoutMs?: number): Promise<Line> {
    await until(`${this.name} says ${what}`, () => this.lines.some(fits), timeoutMs);
    return this.lines.find(fits)!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { pid } = this.replica;
    // One that sleeps doesn't hear SIGTERM.
    if (pid !== undefined && stateOf(pid) === 'T') process.kill(pid, 'SIGCONT');
    await this.replica[Symbol.asyncDispose]();
    if (pid !== undefined && stateOf(pid) !== undefined) throw new Error(`I14: ${this.name} outlived its end`);
  }

  #tokenOf(point: string): string {
    return `${this.#token}.${point.replaceAll('/', '.')}`;
  }

  /** A log that keeps each line for the case and passes it on. */
  #record(log: Log): Log {
    const out = new Writable({
      write: (chunk: Buffer, _, done) => {
        const { msg, level, ...fields } = JSON.parse(chunk.toString()) as Line & { level: number };
        this.lines.push({ msg, ...fields });
        log[level >= 50 ? 'error' : level >= 40 ? 'warn' : 'info'](fields, msg);
        done();
      },
    });
    return createLog({ service: this.name, level: 'info', out });
  }
}

function killPoints(
  { points = {}, traps = {} }: WorkerSettings,
  tokenOf: (point: string) => string,
): Record<string, string> {
  const armed = Object.entries(points).map(([point, action]) => `${point}=${action}@${tokenOf(point)}`);
  const always = Object.entries(traps).map(([point, action]) => `${point}=${action}`);
  const all = [...armed, ...always];
  return all.length > 0 ? { KILL_POINT: all.join(',') } : {};
}

/** A process's state letter, or undefined when there is none; one that only waits to be collected counts as none. */
function stateOf(pid: number): string | undefined {
  try {
    const state = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0];
    return state === 'Z' ? undefined : state;
  } catch {
    return undefined;
  }
}
