import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { unpackPackage } from './distribution.ts';
import { lockFolder } from './lock.ts';
import { commandLine, type Ending, endPid } from './pid.ts';
import { freePort } from './ports.ts';
import { keepRunning, type Log } from './program.ts';

export type NatsOptions = {
  /** The application's data folder; JetStream's files lie in `nats/` below it. */
  dataDir: string;
  /** Where a nats-server fetched from the distribution is kept. */
  toolsDir: string;
  log: Log;
  /** On 127.0.0.1; a free one when not given. */
  port?: number;
  /** Of a server that is there already: none is started then. */
  url?: string;
};

/** The URL holds the user and the password of a server that was started here. */
export type Nats = AsyncDisposable & { url: string };

const run = promisify(execFile);
const USER = 'aniworld';
/** The first with everything that we use: durable pull consumers as of the JetStream API of 2.9. */
const LEAST_VERSION = [2, 9] as const;
const ENDING: Ending = { soft: 'SIGTERM', softMs: 5_000, hard: 'SIGKILL' };
const READY_MS = 60_000;

/**
 * Starts a nats-server with JetStream and keeps it running until disposed: the one on the PATH, else the distribution's
 * package unpacked into `toolsDir`. Throws when another process has the data folder, or when no server can be had.
 */
export async function startNats(options: NatsOptions, signal?: AbortSignal): Promise<Nats> {
  if (options.url) return { url: options.url, [Symbol.asyncDispose]: async () => undefined };
  await using opened = new AsyncDisposableStack();
  const program = await findServer(options, signal);
  const made = join(options.dataDir, 'nats');
  await mkdir(options.dataDir, { recursive: true });
  await mkdir(made, { recursive: true, mode: 0o700 });
  const folder = await realpath(made);
  opened.use(await lockFolder(folder));
  await endOrphan(folder, options.log);

  const password = randomBytes(24).toString('base64url');
  let port = 0;
  const launch = async (started: boolean) => {
    if (!started) port = options.port ?? (await freePort());
    const serverName = `aniworld-${randomBytes(6).toString('hex')}`;
    const config = await writeConfig(folder, port, serverName, password);
    return {
      name: 'nats-server',
      command: program,
      args: ['-c', config],
      logFile: join(folder, 'nats.log'),
      isReady: () => isAnswering(port, serverName),
      readyMs: READY_MS,
      ending: ENDING,
    };
  };
  opened.use(await keepRunning(launch, options.log, signal));
  options.log.info({ port }, 'nats-server is running');
  const kept = opened.move();
  return { url: `nats://${USER}:${password}@127.0.0.1:${port}`, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** The name or path of a nats-server that runs here. */
export async function findServer(
  { toolsDir, log }: Pick<NatsOptions, 'toolsDir' | 'log'>,
  signal?: AbortSignal,
): Promise<string> {
  const onPath = await versionOf('nats-server');
  if (onPath && isNewEnough(onPath)) return 'nats-server';
  if (onPath) log.warn({ version: onPath.join('.') }, 'The nats-server on the PATH is too old and is not used');
  const folder = resolve(toolsDir, 'nats-server');
  const unpacked = join(folder, 'usr', 'sbin', 'nats-server');
  if (await isThere(unpacked)) return unpacked;
  log.info({ folder }, 'Fetching nats-server from the distribution (once)');
  const problem = await unpackPackage('nats-server', folder, signal).catch((error: Error) => error.message);
  signal?.throwIfAborted();
  const fetched = problem === undefined ? await versionOf(unpacked) : undefined;
  if (fetched && isNewEnough(fetched)) return unpacked;
  const least = LEAST_VERSION.join('.');
  throw new Error(
    `No nats-server ${least} or newer: none on the PATH, and the distribution's package could not be used ` +
      `(${problem ?? `its version is ${fetched?.join('.') ?? 'unknown'}`}). Do one of these: ` +
      'set NATS_URL to the address of a server with JetStream; put nats-server on the PATH (https://nats.io/download); ' +
      "or install the distribution's package (apt-get install nats-server).",
  );
}

async function versionOf(program: string): Promise<number[] | undefined> {
  const found = await run(program, ['--version']).catch(() => undefined);
  const [, major, minor] = found?.stdout.match(/v(\d+)\.(\d+)/) ?? [];
  return major && minor ? [Number(major), Number(minor)] : undefined;
}

function isNewEnough([major = 0, minor = 0]: number[]): boolean {
  return major > LEAST_VERSION[0] || (major === LEAST_VERSION[0] && minor >= LEAST_VERSION[1]);
}

/** The file is for our eyes only: without the password no other user of this machine can talk to the server. */
async function writeConfig(folder: string, port: number, serverName: string, password: string): Promise<string> {
  const path = join(folder, 'nats.conf');
  const text = [
    `server_name: "${serverName}"`,
    `listen: "127.0.0.1:${port}"`,
    `pid_file: ${JSON.stringify(pidFile(folder))}`,
    `authorization { user: "${USER}", password: "${password}", timeout: 5 }`,
    // Fixed limits: by default they follow the free space at the start, and a full disk would leave none at all.
    `jetstream { store_dir: ${JSON.stringify(folder)}, max_memory_store: 64MB, max_file_store: 2GB }`,
  ];
  await writeFile(path, `${text.join('\n')}\n`, { mode: 0o600 });
  return path;
}

async function endOrphan(folder: string, log: Log): Promise<void> {
  const pid = Number(await readFile(pidFile(folder), 'utf8').catch(() => ''));
  const command = pid > 0 ? await commandLine(pid) : undefined;
  if (!command?.includes('nats-server') || !command.endsWith(join(folder, 'nats.conf'))) return;
  log.warn({ pid }, 'Ending the nats-server that an earlier run left behind');
  await endPid(pid, ENDING);
}

function pidFile(folder: string): string {
  return join(folder, 'nats.pid');
}

/** A server greets with a line `INFO {json}`; the name in it tells ours from another that took the port. */
function isAnswering(port: number, serverName: string): Promise<boolean> {
  return new Promise((resolve) => {
    let greeting = '';
    const socket = connect({ host: '127.0.0.1', port });
    socket.setEncoding('utf8');
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('data', (text: string) => {
      greeting += text;
      if (greeting.includes('\n')) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(greeting.startsWith('INFO ') && greeting.includes(`"${serverName}"`)));
  });
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
