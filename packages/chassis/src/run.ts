import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Checks, serveProbes } from './health.ts';
import { createLog, type Log } from './log.ts';

/** What `start` gives back: disposing it stops the service softly. */
export interface Service extends AsyncDisposable {
  checks: Checks;
}

/** What every service's environment has. A service extends it with its own. */
export const BaseConfig = z.object({
  NATS_URL: z.string().default('nats://127.0.0.1:4222'),
  NATS_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/)
    .default('aniworld'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LOG_DIR: z.string().optional(),
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
});
export type BaseConfig = z.output<typeof BaseConfig>;

/** For services with a database. */
export const DatabaseConfig = BaseConfig.extend({
  DATABASE_URL: z.string().default('postgres://aniworld@127.0.0.1:5432/aniworld'),
});

/** How long a soft stop may take before the process ends anyway. */
const SOFT_STOP_MS = 10_000;

/**
 * The life of a service's process: reads the environment, starts, waits for SIGTERM or SIGINT, stops softly, and ends
 * hard after 10 s or at the second signal. Exit status: 0 after a soft stop, 1 otherwise, 78 for a wrong environment.
 */
export async function run<C extends typeof BaseConfig>(
  name: string,
  Config: C,
  start: (config: z.output<C>, log: Log) => Promise<Service>,
): Promise<void> {
  const config = readConfig(Config);
  const log = createLog({ service: name, level: config.LOG_LEVEL, ...(config.LOG_DIR && { dir: config.LOG_DIR }) });
  process.on('unhandledRejection', (error) => die(log, error, 'a promise was rejected and nobody looked at it'));
  process.on('uncaughtException', (error) => die(log, error, 'an error that nobody caught'));
  const stopped = stopSignal(log);
  await using stack = new AsyncDisposableStack();
  const service = stack.use(await start(config, log));
  if (config.HEALTH_PORT !== undefined) stack.use(await serveProbes(config.HEALTH_PORT, service.checks));
  log.info('ready');
  await stopped;
  setTimeout(() => die(log, new Error('soft stop took too long'), 'ending now'), SOFT_STOP_MS).unref();
  await stack.disposeAsync();
  log.info('stopped');
  log.flush();
  process.exit(0);
}

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
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues)
    console.error(`The environment variable ${issue.path.join('.')}: ${issue.message}`);
  return process.exit(78);
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

function stopSignal(log: Log): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    const onSignal = (signal: NodeJS.Signals) => {
      signals += 1;
      if (signals > 1) return die(log, new Error(signal), 'second signal; ending now');
      log.info({ signal }, 'stopping');
      resolve();
    };
    process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  });
}

function die(log: Log, error: unknown, why: string): never {
  log.fatal({ err: error }, why);
  log.flush();
  return process.exit(1);
}
