import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { isAlive } from './pid.ts';
import { freePort } from './ports.ts';
import { keepRunning, type ProgramSpec } from './program.ts';

/** Listens on a port and greets with its pid; who only looks whether it is there resets the connection, which must not end it. */
const SERVER = `require('net').createServer((socket) => socket.on('error', () => {}).write(process.pid + '\\n')).listen(Number(process.argv[1]))`;
const DEAF = `process.on('SIGTERM', () => undefined); ${SERVER}`;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

it('starts a program again that ended by itself', async () => {
  await using scene = await newScene();
  const port = await freePort();
  const starts: boolean[] = [];
  const again = Promise.withResolvers<void>();
  await using _program = await keepRunning(async (started) => {
    starts.push(started);
    const spec = scene.spec(SERVER, port);
    const isReady = async () => {
      const ready = await spec.isReady(AbortSignal.timeout(5_000));
      if (ready && started) again.resolve();
      return ready;
    };
    return { ...spec, isReady };
  }, log);
  const first = await pidAt(port);
  process.kill(first, 'SIGKILL');
  await again.promise;
  expect(await pidAt(port)).not.toBe(first);
  expect(starts).toEqual([false, true]);
});

it('ends the program when disposed, and does not start it again', async () => {
  await using scene = await newScene();
  const port = await freePort();
  const program = await keepRunning(async () => scene.spec(SERVER, port), log);
  const pid = await pidAt(port);
  await program[Symbol.asyncDispose]();
  expect(isAlive(pid)).toBe(false);
});

it('forces a program that does not listen to the soft signal', async () => {
  await using scene = await newScene();
  const port = await freePort();
  const program = await keepRunning(async () => scene.spec(DEAF, port), log);
  const pid = await pidAt(port);
  await program[Symbol.asyncDispose]();
  expect(isAlive(pid)).toBe(false);
});

it('fails with what the program printed when it cannot start', async () => {
  await using scene = await newScene();
  const launch = async () => scene.spec(`console.error('the disk is upside down'); process.exit(4)`, 1);
  await expect(keepRunning(launch, log)).rejects.toThrow(/a test server ended with status 4\nthe disk is upside down/);
});

it('gives up starting when the signal says so', async () => {
  await using scene = await newScene();
  const abort = new AbortController();
  const launch = async () => ({
    ...scene.spec('setInterval(() => undefined, 1000)', 1),
    isReady: async () => {
      abort.abort(new Error('changed my mind'));
      return false;
    },
  });
  await expect(keepRunning(launch, log, abort.signal)).rejects.toThrow();
});

it('leaves no program behind when the process that runs it is killed', async () => {
  await using scene = await newScene();
  const port = await freePort();
  const script = join(scene.folder, 'keeper.ts');
  await writeFile(script, keeper(scene.folder, port));
  const owner = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await using _ending = { [Symbol.asyncDispose]: async () => void owner.kill('SIGKILL') };
  await once(createInterface(owner.stdout), 'line');
  const socket = connect(port, '127.0.0.1').resume();
  await once(socket, 'connect');
  // A program that is ended may leave by a reset: that is an end as good as any.
  socket.on('error', () => undefined);
  const ended = new Promise((resolve) => socket.once('close', () => resolve('ended')));
  owner.kill('SIGKILL');
  expect(await ended).toBe('ended');
  await expect(pidAt(port)).rejects.toThrow(/ECONNRE(FUSED|SET)/);
});

function keeper(folder: string, port: number): string {
  const program = JSON.stringify(new URL('./program.ts', import.meta.url).href);
  return `
    import { connect } from 'node:net';
    import { keepRunning } from ${program};
    const answers = () => new Promise((resolve) => {
      const socket = connect(${port}, '127.0.0.1', () => { socket.destroy(); resolve(true); });
      socket.on('error', () => resolve(false));
    });
    const log = { info() {}, warn() {}, error() {} };
    await keepRunning(async () => ({
      name: 'a test server', command: process.execPath, args: ['-e', ${JSON.stringify(SERVER)}, '${port}'],
      logFile: ${JSON.stringify(join(folder, 'log'))}, isReady: answers, readyMs: 10_000,
      ending: { soft: 'SIGTERM', softMs: 1_000, hard: 'SIGKILL' },
    }), log);
    console.log('ready');
  `;
}

async function newScene() {
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-program-'));
  const spec = (script: string, port: number): ProgramSpec => ({
    name: 'a test server',
    command: process.execPath,
    args: ['-e', script, String(port)],
    logFile: join(folder, 'log'),
    isReady: () =>
      pidAt(port).then(
        () => true,
        () => false,
      ),
    readyMs: 10_000,
    ending: { soft: 'SIGTERM', softMs: 200, hard: 'SIGKILL' },
  });
  return { folder, spec, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

async function pidAt(port: number): Promise<number> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  try {
    const [greeting] = await once(socket, 'data');
    return Number(greeting);
  } finally {
    socket.destroy();
  }
}
