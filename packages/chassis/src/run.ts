import { readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { z } from 'zod';
import { type Checks, serveProbes } from './health.ts';
import { armKillPoints } from './kill-point.ts';
import { createLog, endLogFiles, type Log } from './log.ts';

/** What `start` gives back: disposing it stops the service softly. */
export interface Service extends AsyncDisposable {
  checks: Checks;
}

/** What every process's environment has. */
export const RunConfig = z.object({
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_DIR: z.string().optional(),
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  /** For fault tests only: see kill-point.ts. */
  KILL_POINT: z.string().optional(),
});
export type RunConfig = z.output<typeof RunConfig>;

/** What every service's environment has. A service extends it with its own. */
export const BaseConfig = RunConfig.extend({
  NATS_URL: z.string().default('nats://127.0.0.1:4222'),
  NATS_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .default('aniworld'),
});
export type BaseConfig = z.output<typeof BaseConfig>;

/** For services with a database. */
export const DatabaseConfig = BaseConfig.extend({
  DATABASE_URL: z.string().default('postgres://aniworld@127.0.0.1:5432/aniworld'),
  /** A backup's file: an empty database is filled from it at the start. */
  RESTORE_FROM: z.string().optional(),
});

/** How long a soft stop may take before the process ends anyway. */
const SOFT_STOP_MS = 10_000;
/** Signals that come closer together are one. */
const SAME_SIGNAL_MS = 1_000;

/** What a process may do differently from a service in a container. */
export interface RunOptions {
  /** Where log lines go besides the files; standard output by default, null for nowhere. */
  out?: NodeJS.WritableStream | null;
}

/**
 * The life of a process: reads the environment, starts, waits for SIGTERM or SIGINT, stops softly, and ends hard after
 * 10 s or at the second signal. When another process started it and that one is gone, it stops too. Exit status: 0 after
 * a soft stop, 1 otherwise, 78 for a wrong environment.
 */
export async function run<C extends z.ZodObject>(
  name: string,
  Config: C,
  start: (config: z.output<C>, log: Log, signal: AbortSignal) => Promise<Service>,
  options: RunOptions = {},
): Promise<void> {
  const config = readConfig(Config);
  const { LOG_LEVEL, LOG_DIR, HEALTH_PORT, KILL_POINT } = RunConfig.parse(config);
  if (KILL_POINT) armKillPoints(KILL_POINT);
  const log = createLog({ service: name, level: LOG_LEVEL, ...(LOG_DIR && { dir: LOG_DIR }), ...options });
  process.on('unhandledRejection', (error) => die(log, error, 'a promise was rejected and nobody looked at it'));
  process.on('uncaughtException', (error) => die(log, error, 'an error that nobody caught'));
  // Who reads our lines may be gone before us; without this the next line would be an error that nobody caught.
  process.stdout.on('error', () => undefined);
  const stop = stopSignal(log);
  await using stack = new AsyncDisposableStack();
  const service = await startOrStop(() => start(config, log, stop), stop, log);
  if (service) {
    stack.use(service);
    if (HEALTH_PORT !== undefined) stack.use(await serveProbes(HEALTH_PORT, service.checks));
    // Node writes it at a soft end only, and a process that is always killed would compile everything for ever.
    flushCompileCache();
    log.info('ready');
    // For a parent: whether it is logged depends on the level.
    process.send?.('ready');
    await aborted(stop);
    await stack.disposeAsync();
  }
  log.info('stopped');
  await endLogFiles();
  process.exit(0);
}

/** @returns undefined when it was told to stop before it had started */
async function startOrStop(start: () => Promise<Service>, stop: AbortSignal, log: Log): Promise<Service | undefined> {
  try {
    // A start that waits for its database must not keep the process from ending.
    return await Promise.race([start(), aborted(stop).then(() => undefined)]);
  } catch (error) {
    if (stop.aborted) return undefined;
    die(log, error, 'the start failed');
    return await new Promise(() => undefined);
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/**
 * Reads and checks the environment. `NAME_FILE` holds the path of a file with the value of NAME, as container secrets
 * are given. Ends the process with 78 (EX_CONFIG of sysexits.h) when something is wrong, naming each variable.
 */
export function readConfig<C extends z.ZodObject>(
  Config: C,
  environment: NodeJS.ProcessEnv = process.env,
): z.output<C> {
  const values: Record<string, string> = {};
  for (const name of Object.keys(Config.shape)) {
    const value = environment[name] || secretOf(name, environment[`${name}_FILE`]);
    if (value) values[name] = value;
  }
  const parsed = Config.safeParse(values);
  const strangers = strangersOf(Object.keys(Config.shape), environment);
  if (parsed.success && strangers.length === 0) return parsed.data;
  for (const name of strangers) console.error(`The environment variable ${name}: there is no such setting`);
  for (const issue of parsed.error?.issues ?? [])
    console.error(`The environment variable ${issue.path.join('.')}: ${issue.message}`);
  return process.exit(78);
}

/**
 * Variables that begin with a prefix of ours, like `ANIWORLD__`, and mean nothing: a slip of the pen would go unnoticed. Only
 * where the schema has variables with that prefix, because others may be told the same without needing it.
 */
function strangersOf(known: string[], environment: NodeJS.ProcessEnv): string[] {
  const prefixes = new Set(known.flatMap((name) => /^[A-Z]+__/.exec(name) ?? []));
  return Object.keys(environment).filter((name) => {
    const isOurs = prefixes.has(/^[A-Z]+__/.exec(name)?.[0] ?? '');
    return isOurs && !known.includes(name) && !known.includes(name.replace(/_FILE$/, ''));
  });
}

function secretOf(name: string, path: string | undefined): string | undefined {
  if (!path) return undefined;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    console.error(`The environment variable ${name}_FILE names ${path}, which can't be read.`);
    return process.exit(78);
  }
}

function stopSignal(log: Log): AbortSignal {
  const stop = new AbortController();
  let first = 0;
  const onSignal = (signal: string) => {
    // A signal to the whole group also comes through the parent, a moment later: that is no second one.
    if (stop.signal.aborted && performance.now() - first < SAME_SIGNAL_MS) return;
    if (stop.signal.aborted) return die(log, new Error(signal), 'second signal; ending now');
    first = performance.now();
    log.info({ signal }, 'stopping');
    setTimeout(() => die(log, new Error('soft stop took too long'), 'ending now'), SOFT_STOP_MS).unref();
    stop.abort(new Error(signal));
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  // The channel of a parent that is gone, however it went.
  process.once('disconnect', () => !stop.signal.aborted && onSignal('disconnect'));
  return stop.signal;
}

let dying = false;

/** Ends the process once the reason is written down; what runs meanwhile has half a second. */
function die(log: Log, error: unknown, why: string): void {
  // Writing the reason down may itself fail, again and again, and then the end would never come.
  if (dying) return;
  dying = true;
  log.fatal({ err: error }, why);
  void endLogFiles().finally(() => process.exit(1));
}
