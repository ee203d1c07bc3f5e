import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect as netConnect, createServer as createNetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { createEgress } from '@aniworld/egress';
import { makeCertificate } from '@aniworld/testing';
import { expect, test } from 'vitest';
import { createWire } from './wire.ts';

const certificate = makeCertificate('127.0.0.1', 'shelf.test');
const never = new AbortController().signal;
const plain = { method: 'GET', headers: {} } as const;

/** @param answer is called with the decrypted and with the encrypted end of each connection, once it has asked */
async function startTls(answer: (secure: Socket, raw: Socket) => void) {
  await using stack = new AsyncDisposableStack();
  const raws = new Map<number | undefined, Socket>();
  const server = createServer(certificate, (secure) => {
    const raw = raws.get(secure.remotePort);
    secure.on('error', () => undefined).on('data', () => raw && answer(secure, raw));
  });
  server.on('connection', (raw: Socket) =>
    raws.set(
      raw.remotePort,
      raw.on('error', () => undefined),
    ),
  );
  const port = await listen(stack, server, raws);
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-tls-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, certificate.ca);
  const owned = stack.move();
  return { caFile, url: new URL(`https://127.0.0.1:${port}/`), [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function listen(
  stack: AsyncDisposableStack,
  server: ReturnType<typeof createNetServer>,
  sockets: Map<unknown, Socket>,
): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(async () => {
    server.close();
    for (const socket of sockets.values()) socket.destroy();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

/** A proxy that leads every tunnel to one port of this machine. */
async function startProxy(to: number) {
  await using stack = new AsyncDisposableStack();
  const sockets = new Map<unknown, Socket>();
  const server = createNetServer((client) => {
    sockets.set(client, client);
    client
      .on('error', () => undefined)
      .once('data', () => {
        const target = netConnect(to, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
        sockets.set(
          target,
          target.on('error', () => undefined),
        );
        client.pipe(target).pipe(client);
      });
  });
  const port = await listen(stack, server, sockets);
  const owned = stack.move();
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const SIZE = 8 * 1024 * 1024;
const content = Buffer.from(Uint32Array.from({ length: SIZE / 4 }, (_, i) => i).buffer);

test.each(['directly', 'through a proxy'])('a slow reader gets every byte in order over TLS %s', async (way) => {
  await using origin = await startTls((secure) => {
    secure.write(`HTTP/1.1 200 OK\r\nContent-Length: ${SIZE}\r\n\r\n`);
    secure.write(content);
  });
  await using proxy = await startProxy(Number(origin.url.port));
  const options = { caFile: origin.caFile, allowPrivate: ['127.0.0.1'] };
  // Only what is not private goes through the proxy.
  await using egress = createEgress({ ...options, proxy: proxy.url, resolve: async () => ['8.8.8.8'] });
  await using wire = createWire(egress.dial);
  const url = way === 'directly' ? origin.url : new URL(`https://shelf.test:${origin.url.port}/`);
  for (let round = 0; round < 2; round += 1) {
    const { body } = await wire.send(url, plain, never);
    let at = 0;
    await body.each(async (piece) => {
      for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
      expect(piece.equals(content.subarray(at, at + piece.length))).toBe(true);
      at += piece.length;
    });
    expect(at).toBe(SIZE);
  }
});

test('a body with a length that is cut without a close-notify is a broken connection', async () => {
  await using origin = await startTls((secure, raw) => {
    secure.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', () => raw.end());
  });
  await using egress = createEgress({ allowPrivate: ['127.0.0.1'], caFile: origin.caFile });
  await using wire = createWire(egress.dial);
  const { body } = await wire.send(origin.url, plain, never);
  let text = '';
  await expect(body.each((piece) => void (text += piece.toString()))).rejects.toThrow(
    expect.objectContaining({ reason: 'network' }),
  );
  expect(text).toBe('abc');
});

test('a certificate that nobody trusts is a broken connection, whose cause is told', async () => {
  await using origin = await startTls((secure) => secure.end());
  await using egress = createEgress({ allowPrivate: ['127.0.0.1'] });
  await using wire = createWire(egress.dial);
  const sent = wire.send(origin.url, plain, never);
  await expect(sent).rejects.toThrow(expect.objectContaining({ name: 'Failure', reason: 'network' }));
  await expect(sent).rejects.toThrow(/CERT|UNABLE|SELF_SIGNED/);
});
