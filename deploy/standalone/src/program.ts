import { type ChildProcess, spawn } from 'node:child_process';
import { chown, mkdir, open, rename, stat } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Ending, endPid } from './pid.ts';

/** Where the embedded servers report; a pino logger fits. */
export type Log = {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
};

export type ProgramSpec = {
  name: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** Gets everything that the program prints. */
  logFile: string;
  /** Whose the log file shall be, when not ours. */
  owner?: { uid: number; gid: number };
  /** Whether the program answers by now. Asked again and again until it does. */
  isReady: (signal: AbortSignal) => Promise<boolean>;
  readyMs: number;
  ending: Ending;
};

type Program = { ended: Promise<string>; stop: () => Promise<void> };

/** A log larger than this is set aside as `.1` at the next start. */
const LOG_BYTES = 10 * 1024 * 1024;
const START_TRIES = 4;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** A program that ran this long is taken for sound: its next end is answered as quickly as a first one. */
const SOUND_MS = 60_000;

/**
 * Runs a program in a session of its own, so that a Ctrl-C in the terminal does not end it before those who use it,
 * and starts it anew whenever it ends by itself. Returns once it answers; disposing ends it for good.
 * `launch` is called for every start; `started` is false until one has succeeded, so that it can choose another port.
 */
export async function keepRunning(
  launch: (started: boolean) => Promise<ProgramSpec>,
  log: Log,
  signal?: AbortSignal,
): Promise<AsyncDisposable> {
  const stopping = new AbortController();
  const starting = signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal;
  let program = await startFirst(launch, log, starting);

  const watched = (async () => {
    for (let failures = 0, since = Date.now(); ; since = Date.now()) {
      const how = await program.ended;
      if (stopping.signal.aborted) return;
      failures = Date.now() - since > SOUND_MS ? 1 : failures + 1;
      log.error({ failures }, `${how}; starting it again`);
      await delay(pause(failures), undefined, { signal: stopping.signal });
      program = await restart(() => launch(true), log, stopping.signal);
      // Disposed between the new one's first answer and this line: whoever disposed knew only the old one.
      if (stopping.signal.aborted) return program.stop();
    }
  })().catch((error: unknown) => {
    if (!stopping.signal.aborted) log.error({ err: error }, 'A server could not be started again');
  });

  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await program.stop();
      await watched;
    },
  };
}

/** A few tries: the port may have been taken meanwhile, or remains of a killed predecessor still be leaving. */
async function startFirst(launch: (started: boolean) => Promise<ProgramSpec>, log: Log, signal: AbortSignal) {
  for (let tries = 1; ; tries++) {
    try {
      return await startProgram(await launch(false), log, signal);
    } catch (error) {
      if (signal.aborted || tries === START_TRIES) throw error;
      await delay(pause(tries), undefined, { signal });
    }
  }
}

async function restart(launch: () => Promise<ProgramSpec>, log: Log, signal: AbortSignal): Promise<Program> {
  for (let failures = 1; ; failures++) {
    try {
      return await startProgram(await launch(), log, signal);
    } catch (error) {
      signal.throwIfAborted();
      log.error({ err: error, failures }, 'A server could not be started again; trying on');
      await delay(pause(failures), undefined, { signal });
    }
  }
}

function pause(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
}

async function startProgram(spec: ProgramSpec, log: Log, signal: AbortSignal): Promise<Program> {
  signal.throwIfAborted();
  const output = await openLog(spec);
  const logStart = (await output.stat()).size;
  const child = spawn(spec.command, spec.args, {
    cwd: '/',
    env: spec.env,
    detached: true,
    stdio: ['ignore', output.fd, output.fd],
  });
  const ended = endOf(child, spec.name);
  if (child.pid !== undefined) leash(child.pid, spec.ending, ended);
  await output.close();
  const stop = async () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      await endPid(child.pid, spec.ending);
    }
    await ended;
  };
  try {
    await untilReady(spec, ended, log, signal);
  } catch (error) {
    await stop();
    if (signal.aborted) throw error;
    throw new Error(`${(error as Error).message}\n${await tail(spec.logFile, logStart)}`.trim(), { cause: error });
  }
  return { ended, stop };
}

/**
 * A shell that ends the program when this process is gone without having done so itself (`kill -9`). It sees that at the
 * end of its input; a line there lets it go.
 */
function leash(pid: number, { soft, softMs, hard }: Ending, ended: Promise<string>): void {
  const script =
    'read -r word && exit; kill -s "$2" "$1"; ' +
    'while [ "$3" -gt 0 ] && kill -0 "$1"; do sleep 1; set -- "$1" "$2" $(($3 - 1)) "$4"; done; kill -s "$4" "$1"';
  const names = [soft, hard].map((name) => name.replace('SIG', ''));
  const args = [String(pid), names[0] ?? '', String(Math.ceil(softMs / 1000)), names[1] ?? ''];
  const shell = spawn('sh', ['-c', script, 'leash', ...args], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // What it guards against is rare: a system without a shell still gets its servers.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  (shell.stdin as Socket).unref();
  void ended.then(() => shell.stdin.end('\n'));
}

/** Resolves with a sentence about how the program ended; never rejects. */
function endOf(child: ChildProcess, name: string): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`${name} could not be run: ${error.message}`));
    child.once('exit', (code, signal) => resolve(`${name} ended with ${signal ?? `status ${code}`}`));
  });
}

async function untilReady(spec: ProgramSpec, ended: Promise<string>, log: Log, signal: AbortSignal): Promise<void> {
  const end = Date.now() + spec.readyMs;
  const early = ended.then((how) => {
    throw new Error(how);
  });
  // Handled here too, for when nothing awaits it any more.
  early.catch(() => undefined);
  for (let asked = 1; !(await Promise.race([spec.isReady(signal), early])); asked++) {
    if (Date.now() > end) throw new Error(`${spec.name} does not answer after ${spec.readyMs / 1000} s`);
    if (asked % 400 === 0) log.info({}, `${spec.name} is still starting`);
    await Promise.race([delay(25, undefined, { signal }), early]);
  }
}

async function openLog({ logFile, owner }: ProgramSpec) {
  await mkdir(dirname(logFile), { recursive: true });
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_BYTES) await rename(logFile, `${logFile}.1`);
  const handle = await open(logFile, 'a', 0o600);
  if (owner) await chown(logFile, owner.uid, owner.gid);
  return handle;
}

/** The last lines that this start printed: they say why it failed. */
async function tail(logFile: string, from: number): Promise<string> {
  const handle = await open(logFile, 'r');
  try {
    const { size } = await handle.stat();
    const start = Math.max(from, size - 4096);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, start);
    return buffer.subarray(0, bytesRead).toString('utf8').split('\n').slice(-15).join('\n').trim();
  } finally {
    await handle.close();
  }
}
