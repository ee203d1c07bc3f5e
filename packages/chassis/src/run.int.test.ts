import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { until } from './chassis.fixture.ts';

const program = fileURLToPath(new URL('./run.fixture.ts', import.meta.url));

/** A process under plain Node, as in a container. */
function start(environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH ?? '', NEEDED: 'yes', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output.text += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    output,
    ended,
    says: (text: string) => until(() => output.text.includes(text)),
    signal: (name: NodeJS.Signals) => child.kill(name),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

test('a process says when it is ready, answers its probes, and stops softly with 0', async () => {
  const port = await freePort();
  await using service = start({ HEALTH_PORT: String(port) });
  await service.says('"ready"');
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return [response.status, await response.text()];
  };
  expect(await get('/health')).toEqual([200, '{"status":"ok"}']);
  expect(await get('/health/ready')).toEqual([
    200,
    '{"ready":true,"checks":[{"name":"always","ok":true,"detail":null}]}',
  ]);
  expect((await get('/metrics'))[1]).toContain('aniworld_bus_connected');
  expect((await get('/other'))[0]).toBe(404);
  service.signal('SIGTERM');
  expect(await service.ended).toBe(0);
  expect(service.output.text).toMatch(/"disposing"[^]*"stopped"/);
});

test('a variable that begins like ours and means nothing stops the start with a sentence', async () => {
  await using service = start({ SAMPLE__LEVEL: '1', SAMPLE__LEVLE: '2', OTHER__LEVEL: '3' });
  expect(await service.ended).toBe(78);
  expect(service.output.text).toBe('The environment variable SAMPLE__LEVLE: there is no such setting\n');
});

test('a process that was killed leaves what Node compiled to the next one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-compiled-'));
  await using service = start({ NODE_COMPILE_CACHE: folder });
  await service.says('"ready"');
  service.signal('SIGKILL');
  await service.ended;
  expect((await readdir(folder, { recursive: true })).length).toBeGreaterThan(10);
  await rm(folder, { recursive: true });
});

test('a second signal ends it at once with 1', async () => {
  await using service = start({ PLAN: 'hangs at stop' });
  await service.says('"ready"');
  service.signal('SIGINT');
  await service.says('"disposing"');
  service.signal('SIGINT');
  expect(await service.ended).toBe(1);
});

test('a stop that takes too long is cut off with 1 after ten seconds', async () => {
  await using service = start({ PLAN: 'hangs at stop' });
  await service.says('"ready"');
  const begun = performance.now();
  service.signal('SIGTERM');
  expect(await service.ended).toBe(1);
  expect(performance.now() - begun).toBeGreaterThan(9_500);
  expect(performance.now() - begun).toBeLessThan(12_000);
});

test('a process whose parent is gone, with nobody left to read its lines, stops softly', async () => {
  const environment = { PATH: process.env.PATH ?? '', NEEDED: 'yes' };
  const child = spawn(process.execPath, [program], { env: environment, stdio: ['ignore', 'pipe', 'ignore', 'ipc'] });
  const ended = once(child, 'exit');
  let text = '';
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await until(() => text.includes('"ready"'));
  child.stdout!.destroy();
  child.disconnect();
  expect((await ended)[0]).toBe(0);
});

test('a process whose start waits for something stops at the first signal', async () => {
  await using service = start({ PLAN: 'hangs at start' });
  await service.says('"starting"');
  service.signal('SIGTERM');
  expect(await service.ended).toBe(0);
});

test.each(['fails at start', 'rejects unseen', 'throws unseen'])(
  'a process that %s ends with 1 and its reason',
  async (plan) => {
    await using service = start({ PLAN: plan });
    expect(await service.ended).toBe(1);
    expect(service.output.text).toMatch(/"level":60.*(no such thing|unseen)/);
  },
);

describe('the environment', () => {
  test('that is wrong ends the process with 78, naming each variable', async () => {
    await using service = start({ NEEDED: '', LOG_LEVEL: 'loud', HEALTH_PORT: '99999' });
    expect(await service.ended).toBe(78);
    for (const name of ['NEEDED', 'LOG_LEVEL', 'HEALTH_PORT']) {
      expect(service.output.text).toContain(`The environment variable ${name}:`);
    }
  });

  test('may keep a value in a file, and a file that is missing is named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aniworld-run-'));
    await writeFile(join(folder, 'secret'), 'from a file\n');
    await using service = start({ NEEDED: '', NEEDED_FILE: join(folder, 'secret') });
    await service.says('"ready"');
    await using lost = start({ NEEDED: '', NEEDED_FILE: join(folder, 'other') });
    expect(await lost.ended).toBe(78);
    expect(lost.output.text).toContain('NEEDED_FILE');
    await rm(folder, { recursive: true });
  });

  test('may name a folder for log files, whose last lines are kept', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aniworld-run-'));
    await using service = start({ LOG_DIR: join(folder, 'logs') });
    await service.says('"ready"');
    service.signal('SIGTERM');
    await service.ended;
    expect(await readFile(join(folder, 'logs', 'app.log'), 'utf8')).toMatch(/"ready"[^]*"stopped"/);
    await rm(folder, { recursive: true });
  });
});
