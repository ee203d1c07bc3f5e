import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { isAlive } from './pid.ts';
import { startNats } from './nats.ts';

const toolsDir = fileURLToPath(new URL('../../../.toolchain', import.meta.url));
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

it('starts a server with JetStream that only knows who has the password', async () => {
  await using folder = await temporaryFolder();
  await using nats = await startNats({ dataDir: folder.path, toolsDir, log });
  const { username, password, port } = new URL(nats.url);
  const [info, ...answers] = await talk(Number(port), { user: username, pass: password });
  expect(JSON.parse(info?.slice('INFO '.length) ?? '')).toMatchObject({ jetstream: true, auth_required: true });
  expect(answers).toEqual(['PONG']);
  expect((await talk(Number(port), {}))[1]).toBe("-ERR 'Authorization Violation'");
  expect((await stat(join(folder.path, 'nats', 'nats.conf'))).mode & 0o777).toBe(0o600);
});

it('leaves no server behind and starts again on the same folder', async () => {
  await using folder = await temporaryFolder();
  const first = await startNats({ dataDir: folder.path, toolsDir, log });
  await expect(startNats({ dataDir: folder.path, toolsDir, log })).rejects.toThrow('is in use by process');
  const pid = Number(await readFile(join(folder.path, 'nats', 'nats.pid'), 'utf8'));
  await first[Symbol.asyncDispose]();
  expect(isAlive(pid)).toBe(false);
  await using second = await startNats({ dataDir: folder.path, toolsDir, log });
  expect(second.url).not.toBe(first.url);
});

it('uses the server that it is told of, and starts none', async () => {
  await using folder = await temporaryFolder();
  const url = 'nats://127.0.0.1:1';
  await using nats = await startNats({ dataDir: folder.path, toolsDir, log, url });
  expect(nats.url).toBe(url);
  await expect(stat(join(folder.path, 'nats'))).rejects.toThrow('ENOENT');
});

it('names the three ways to get a server when it finds none', async () => {
  await using folder = await temporaryFolder();
  vi.stubEnv('PATH', folder.path);
  const start = startNats({ dataDir: folder.path, toolsDir: join(folder.path, 'tools'), log });
  await expect(start).rejects.toThrow(/set NATS_URL.*put nats-server on the PATH.*install the distribution's package/);
  vi.unstubAllEnvs();
});

/** Connects as a client and returns the lines that the server sends up to its answer. */
async function talk(port: number, login: object): Promise<string[]> {
  const socket = connect(port, '127.0.0.1');
  const lines: string[] = [];
  const reader = createInterface(socket).on('line', (line) => {
    lines.push(line);
    if (lines.length === 1) socket.write(`CONNECT ${JSON.stringify({ verbose: false, ...login })}\r\nPING\r\n`);
    else socket.end();
  });
  await once(reader, 'close');
  return lines;
}

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'aniworld-nats-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
