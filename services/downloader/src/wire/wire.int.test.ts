import type { Socket } from 'node:net';
import { createEgress } from '@aniworld/egress';
import { track } from '@aniworld/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Failure } from '../failure.ts';
import { type ScriptedRequest, startScripted } from './wire.fixture.ts';
import { createWire, type WireBody, type WirePatience } from './wire.ts';

const egress = createEgress({ allowPrivate: ['127.0.0.1'] });
const never = new AbortController().signal;
const plain = { method: 'GET', headers: {} } as const;
const ok = (body: string, fields = '') =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${fields}\r\n${body}`;
const failure = (reason: string) => expect.objectContaining({ name: 'Failure', reason });

async function rig(answer: (request: ScriptedRequest) => string | Buffer | void, patience: Partial<WirePatience> = {}) {
  const origin = track('scripted origin', await startScripted(answer));
  const wire = track('wire', createWire(egress.dial, patience));
  return {
    origin,
    send: (request: Parameters<typeof wire.send>[1] = plain, signal = never) => wire.send(origin.url, request, signal),
    wire,
    async [Symbol.asyncDispose]() {
      await wire[Symbol.asyncDispose]();
      await origin[Symbol.asyncDispose]();
    },
  };
}

async function textOf(body: WireBody): Promise<string> {
  let text = '';
  await body.each((piece) => void (text += piece.toString('latin1')));
  return text;
}

test('a request names its target and its fields, and nothing of the caller’s changes its framing', async () => {
  await using it = await rig(() => ok('hello', 'X-A: 1\r\nx-a: 2\r\n'));
  const headers = { Range: 'bytes=0-', Host: 'elsewhere', 'Content-Length': '7', Connection: 'close' };
  const reply = await it.send({ method: 'GET', headers });
  expect(reply).toMatchObject({ status: 200, headers: { 'content-length': '5', 'x-a': '1, 2' } });
  expect(await textOf(reply.body)).toBe('hello');
  expect(it.origin.requests[0]?.head).toBe(`GET /file HTTP/1.1\r\nhost: ${it.origin.url.host}\r\nRange: bytes=0-`);
});

test.each<Record<string, string>>([{ 'X-A': 'a\r\nX-B: b' }, { 'X A': 'a' }, { 'X-A': 'Ω' }])(
  'a field that can’t be written is not sent: %j',
  async (headers) => {
    await using it = await rig(() => ok(''));
    await expect(it.send({ method: 'GET', headers })).rejects.toThrow(failure('http_4xx'));
    expect(it.origin.requests).toEqual([]);
  },
);

test('one connection serves one reply after the other', async () => {
  await using it = await rig(({ nth }) => ok(`reply ${nth}`));
  expect(await textOf((await it.send()).body)).toBe('reply 1');
  expect(await textOf((await it.send()).body)).toBe('reply 2');
  expect((await it.send({ method: 'HEAD', headers: {} })).headers['content-length']).toBe('7');
  expect(it.origin.requests.map(({ connection }) => connection)).toEqual([1, 1, 1]);
});

test('a connection is kept only after a reply that was read wholly', async () => {
  await using it = await rig(() => ok('hello'));
  (await it.send()).body.destroy();
  await (await it.send()).body.each(() => false);
  await textOf((await it.send()).body);
  await textOf((await it.send()).body);
  expect(it.origin.requests.map(({ connection }) => connection)).toEqual([1, 2, 2, 2]);
});

test.each([
  ['says that it closes', ok('a', 'Connection: close\r\n')],
  ['speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na'],
  [
    'names a length beside chunks',
    'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
  ],
  ['ends a body with one line’s end more', `${ok('a')}\r\n`],
  ['would close at once', ok('a', 'Keep-Alive: timeout=1\r\n')],
])('a connection is not used again when the origin %s', async (_, answer) => {
  await using it = await rig(() => answer);
  const reply = await it.send();
  expect(await textOf(reply.body)).toBe('a');
  await textOf((await it.send()).body);
  expect(it.origin.requests.map(({ connection }) => connection)).toEqual([1, 2]);
});

test('a body that is longer than it was said to be is refused after what was said', async () => {
  await using it = await rig(() => `${ok('a')}and more`);
  const pieces: string[] = [];
  const { body } = await it.send();
  await expect(body.each((piece) => void pieces.push(piece.toString()))).rejects.toThrow(failure('bad_content'));
  expect(pieces).toEqual(['a']);
});

test('with a length and chunks the length is not told, because it is not true', async () => {
  const both = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n';
  await using it = await rig(() => both);
  const reply = await it.send();
  expect(reply.headers).toEqual({ 'transfer-encoding': 'chunked' });
  expect(await textOf(reply.body)).toBe('a');
});

test('a kept connection that the origin closes meanwhile costs one more connection and no error', async () => {
  await using it = await rig(({ nth, socket }) => (nth === 2 ? void socket.resetAndDestroy() : ok(`reply ${nth}`)));
  expect(await textOf((await it.send()).body)).toBe('reply 1');
  expect(await textOf((await it.send()).body)).toBe('reply 3');
  expect(it.origin.requests.map(({ connection }) => connection)).toEqual([1, 1, 2]);
});

test('a new connection that is closed without an answer is an error, and not tried again here', async () => {
  await using it = await rig(({ socket }) => void socket.end());
  await expect(it.send()).rejects.toThrow(failure('network'));
  expect(it.origin.requests).toHaveLength(1);
});

test('a reply that began on a kept connection is not asked for again', async () => {
  await using it = await rig(({ nth, socket }) => (nth === 2 ? void socket.end('HTTP/1.1 2') : ok('a')));
  await textOf((await it.send()).body);
  await expect(it.send()).rejects.toThrow(failure('network'));
  expect(it.origin.requests).toHaveLength(2);
});

test('bytes that come before anybody asked are no reply to the next request', async () => {
  const sockets: ScriptedRequest['socket'][] = [];
  await using it = await rig(({ nth, socket }) => {
    sockets.push(socket);
    return ok(`reply ${nth}`);
  });
  await textOf((await it.send()).body);
  const [first] = sockets;
  const { promise, resolve } = Promise.withResolvers<void>();
  first?.once('close', resolve);
  first?.write(ok('forged'));
  await promise;
  expect(await textOf((await it.send()).body)).toBe('reply 2');
});

test.each([
  ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'],
  ['in chunks, within one', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc'],
  ['in chunks, without the last one', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'],
])('a body %s that is cut gives what came of it, then an error', async (_, reply) => {
  await using it = await rig(({ socket }) => void socket.end(reply));
  const { body } = await it.send();
  const pieces: string[] = [];
  await expect(body.each((piece) => void pieces.push(piece.toString()))).rejects.toThrow(failure('network'));
  expect(pieces.join('')).toBe('abc');
});

test('a body that ends with its connection is read to there, and says that its end proves nothing', async () => {
  await using it = await rig(({ socket }) => void socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'));
  const { body } = await it.send();
  expect(body.delimited).toBe(false);
  expect(await textOf(body)).toBe('all of it');
});

test('a reset is no end, also for a body that ends with its connection', async () => {
  await using it = await rig(({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\nabc', () => setImmediate(() => socket.resetAndDestroy()));
  });
  await expect(it.send().then(({ body }) => textOf(body))).rejects.toThrow(failure('network'));
});

test.each([
  ['a length that is negative', 'HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 4\r\n\r\nhello'],
  ['a coded transfer', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
  ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
  ['a hundred thousand fields', `HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(100_000)}\r\n`],
  ['a field of a megabyte', `HTTP/1.1 200 OK\r\nA: ${'b'.repeat(1024 * 1024)}\r\n\r\n`],
])('a reply with %s is refused, and its connection is closed', async (_, reply) => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  await using it = await rig(({ socket }) => {
    socket.once('close', () => resolve());
    return reply;
  });
  await expect(it.send()).rejects.toThrow(failure('bad_content'));
  await closed;
});

test('an origin that takes the request and says nothing is late', async () => {
  await using it = await rig(() => undefined, { headMs: 50 });
  await expect(it.send()).rejects.toThrow(failure('timeout'));
});

test('a head that comes byte by byte is late, though it is never silent', async () => {
  await using it = await rig(
    ({ socket }) => {
      const timer = setInterval(() => socket.write('A'), 10);
      socket.once('close', () => clearInterval(timer));
    },
    { headMs: 100 },
  );
  await expect(it.send()).rejects.toThrow(failure('timeout'));
});

test('a body that falls silent is stalled', async () => {
  await using it = await rig(() => 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', { silenceMs: 50 });
  const { body } = await it.send();
  await expect(textOf(body)).rejects.toThrow(failure('stalled'));
});

test('an origin that accepts nothing is late', async () => {
  const dial: Parameters<typeof createWire>[0] = (_url, signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  await using wire = createWire(dial, { connectMs: 50 });
  await expect(wire.send(new URL('http://origin/'), plain, never)).rejects.toThrow(failure('timeout'));
});

test('an address that may not be dialled is refused with the guard’s own words', async () => {
  await using wire = createWire(egress.dial);
  const sent = wire.send(new URL('http://127.0.0.2:1/'), plain, never);
  await expect(sent).rejects.toThrow(failure('http_4xx'));
  await expect(sent).rejects.toThrow(/allow_private/);
});

test('an abort ends a wait for the head, a wait for the body, and the connection', async () => {
  const reason = new Error('enough');
  const [first, second] = [new AbortController(), new AbortController()];
  const closed = Promise.withResolvers<void>();
  await using it = await rig(({ nth, socket }) => {
    if (nth === 2) return 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc';
    socket.once('close', () => closed.resolve());
    return first.abort(reason);
  });
  await expect(it.send(plain, first.signal)).rejects.toBe(reason);
  await closed.promise;
  const { body } = await it.send(plain, second.signal);
  await expect(body.each(() => second.abort(reason))).rejects.toBe(reason);
});

test('the wire’s end ends what it carries', async () => {
  await using it = await rig(() => 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc');
  const { body } = await it.send();
  const read = textOf(body);
  await it.wire[Symbol.asyncDispose]();
  await expect(read).rejects.toThrow(failure('shutdown'));
  await expect(it.send()).rejects.toThrow(failure('shutdown'));
});

test('a slow reader gets every byte in order, and the origin waits for it', async () => {
  const size = 24 * 1024 * 1024;
  const sent = Buffer.from(Uint32Array.from({ length: size / 4 }, (_, i) => i).buffer);
  let drained = 0;
  await using it = await rig(({ socket }) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    socket.write(sent, () => (drained += 1));
  });
  const { body } = await it.send();
  let at = 0;
  await body.each(async (piece) => {
    const copy = Buffer.from(piece);
    if (at < size / 4) expect(drained).toBe(0);
    // Turns of the event loop in which more is read, into other memory than this piece's.
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    expect(piece.equals(copy)).toBe(true);
    expect(piece.equals(sent.subarray(at, at + piece.length))).toBe(true);
    at += piece.length;
  });
  expect(at).toBe(size);
});

test('what a sink throws ends the body and the connection', async () => {
  await using it = await rig(() => ok('hello'));
  const reason = new Error('disk full');
  const { body } = await it.send();
  await expect(body.each(() => Promise.reject(reason))).rejects.toBe(reason);
  await textOf((await it.send()).body);
  expect(it.origin.requests.map(({ connection }) => connection)).toEqual([1, 2]);
});

test('whatever an origin says in whatever portions, a request ends, and with nothing but a failure when it fails', async () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc
      .tuple(
        fc.constantFrom('HTTP/1.1 200 OK', 'HTTP/1.0 206 x', 'HTTP/1.1 304 x'),
        fc.constantFrom(...FIELDS),
        fc.string(),
      )
      .map(([line, field, body]) => Buffer.from(`${line}\r\n${field}\r\n\r\n${body}`)),
  );
  let reply = Buffer.alloc(0);
  let step = 1;
  await using it = await rig(({ socket }) => sendSlowly(socket, reply, step), { headMs: 2_000, silenceMs: 2_000 });
  await fc.assert(
    fc.asyncProperty(noise, fc.integer({ min: 1, max: 100 }), async (bytes, portion) => {
      [reply, step] = [bytes, portion];
      try {
        const { body } = await it.send();
        await textOf(body);
      } catch (error) {
        expect(error).toEqual(expect.objectContaining({ name: 'Failure' }));
        expect(['network', 'bad_content']).toContain((error as Failure).reason);
      }
    }),
    { numRuns: 150 },
  );
});

const FIELDS = ['Content-Length: 5', 'Content-Length: -1', 'Transfer-Encoding: chunked', 'Connection: keep-alive', 'X'];

/** In portions that leave one by one, then the end. */
function sendSlowly(socket: Socket, bytes: Buffer, step: number): void {
  const next = (at: number) => {
    if (at >= bytes.length) socket.end();
    else socket.write(bytes.subarray(at, at + step), () => setImmediate(next, at + step));
  };
  next(0);
}
