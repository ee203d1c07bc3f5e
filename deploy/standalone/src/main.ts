import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Log, RunConfig, run } from '@aniworld/chassis';
import { configVariables } from '@aniworld/contracts/config-variables';
import { z } from 'zod';
import { DATA_DIR, startStandalone } from './index.ts';
import { printAddresses, terminal } from './terminal.ts';

/** `npm start`: the whole system in one process. Options on the command line stand above the environment. */

const Config = RunConfig.extend({
  PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  HOST: z.string().default('0.0.0.0'),
  DATA_DIR: z.string().default(DATA_DIR),
  LIBRARY_DIR: z.string().optional(),
  DATABASE_URL: z.string().optional(),
  NATS_URL: z.string().optional(),
  LOG_DIR: z.string().default(resolve(DATA_DIR, '../logs')),
  PATH: z.string().optional(),
  // One for each setting, handed on to the catalog as they are. Not in the type, which names what is read here.
  ...(configVariables as {}),
});

const Arguments = z.object({
  port: z.coerce.number().int().min(0).max(65_535).optional(),
  host: z.string().optional(),
  data: z.string().optional(),
  library: z.string().optional(),
  restore: z.string().optional(),
  split: z.boolean().default(false),
  downloaders: z.coerce.number().int().min(0).max(64).default(0),
});

const HELP = `npm start -- [options]

  --port N          the page's port (default: 4470 if it is free, else any free one)
  --host ADDRESS    listen on this address only (default: all)
  --data FOLDER     database and events (default: ./data)
  --library FOLDER  the library folder that is offered at the set-up (default: library/ in the data folder)
  --restore FILE    fill a new, empty data folder from a backup
  --split           run the five services as five processes
  --downloaders N   run N worker processes
  --help            this text
`;

await run('standalone', Config, (config, log, signal) => start(config, readArguments(), log, signal), {
  out: terminal(),
});

async function start(config: z.output<typeof Config>, args: z.output<typeof Arguments>, log: Log, signal: AbortSignal) {
  const system = await startStandalone(
    {
      dataDir: resolve(args.data ?? config.DATA_DIR),
      host: args.host ?? config.HOST,
      split: args.split,
      downloaders: args.downloaders,
      logLevel: config.LOG_LEVEL,
      ...given('port', args.port ?? config.PORT),
      ...given('restoreFrom', absolute(args.restore)),
      ...given('libraryDir', absolute(args.library ?? config.LIBRARY_DIR)),
      ...given('databaseUrl', config.DATABASE_URL),
      ...given('natsUrl', config.NATS_URL),
      ...given('searchPath', config.PATH),
      overrides: overridesOf(config),
    },
    log,
    signal,
  );
  printAddresses(system.url, args.host ?? config.HOST);
  return { checks: {}, [Symbol.asyncDispose]: () => system[Symbol.asyncDispose]() };
}

function overridesOf(config: Record<string, unknown>): Record<string, string> {
  const set = Object.entries(config).filter(([name, value]) => name in configVariables && value !== undefined);
  return Object.fromEntries(set) as Record<string, string>;
}

function absolute(path: string | undefined): string | undefined {
  return path && resolve(path);
}

/** An option that was given, as a property; nothing when it was not. */
function given<K extends string, V>(name: K, value: V | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { [P in K]?: V };
}

function readArguments(): z.output<typeof Arguments> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    port: text,
    host: text,
    data: text,
    library: text,
    restore: text,
    split: flag,
    downloaders: text,
    help: flag,
  };
  try {
    const { values } = parseArgs({ options });
    if (values.help) exitWith(0, HELP);
    return Arguments.parse(values);
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`).join('\n')
        : (error as Error).message;
    return exitWith(78, `${why}\n\n${HELP}`);
  }
}

function exitWith(code: number, text: string): never {
  (code === 0 ? process.stdout : process.stderr).write(text);
  return process.exit(code);
}
