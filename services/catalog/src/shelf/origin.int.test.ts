import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { loadShelf } from './index.ts';
import { type ShelfOriginOptions, startShelfOrigin } from './origin.ts';

const shelf = await loadShelf();
const episode = shelf.index.shows[0]?.episodes[0] ?? expect.fail('the shelf is empty');
const clip = await readFile(shelf.files.get(episode.file)?.path ?? '');
const log = { debug: () => {}, error: (fields: object) => expect.fail(JSON.stringify(fields)) };
const start = (options: Partial<ShelfOriginOptions> = {}) => startShelfOrigin({ bytesPerSecond: 0, log, ...options });

describe('whole files', () => {
  test('a file arrives whole with its type, length, strong tag and date', async () => {
    await using origin = await start();
    const reply = await fetch(`${origin.url}/${episode.file}`);
    expect(reply.status).toBe(200);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': String(episode.size),
      'accept-ranges': 'bytes',
      etag: `"${episode.sha256}"`,
      'last-modified': new Date(shelf.index.updated).toUTCString(),
    });
    expect(
      createHash('sha256')
        .update(await bytesOf(reply))
        .digest('hex'),
    ).toBe(episode.sha256);
  });

  test('HEAD gives the same headers, no body, and ignores a range', async () => {
    await using origin = await start();
    const reply = await fetch(`${origin.url}/${episode.file}`, { method: 'HEAD', headers: { range: 'bytes=0-1' } });
    expect([reply.status, reply.headers.get('content-length')]).toEqual([200, String(episode.size)]);
    expect((await bytesOf(reply)).length).toBe(0);
  });

  test('posters and the document itself are served with their types', async () => {
    await using origin = await start();
    const poster = await fetch(`${origin.url}/${shelf.index.shows[0]?.poster}`);
    expect([poster.status, poster.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    await poster.body?.cancel();
    const document = await fetch(`${origin.url}/index.json`);
    expect(await document.json()).toEqual(shelf.index);
  });
});

describe('ranges and conditions', () => {
  test.each([
    ['bytes=0-99', 0, 100],
    ['bytes=1000-', 1000, clip.length],
    ['bytes=-77', clip.length - 77, clip.length],
    [`bytes=5-${clip.length * 2}`, 5, clip.length],
  ])('%s gives exactly these bytes', async (range, from, to) => {
    await using origin = await start();
    const reply = await fetch(`${origin.url}/${episode.file}`, { headers: { range } });
    expect(reply.status).toBe(206);
    expect(reply.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/${clip.length}`);
    expect((await bytesOf(reply)).equals(clip.subarray(from, to))).toBe(true);
  });

  test('a range past the end gets 416 with the size', async () => {
    await using origin = await start();
    const reply = await fetch(`${origin.url}/${episode.file}`, { headers: { range: `bytes=${clip.length}-` } });
    expect([reply.status, reply.headers.get('content-range')]).toEqual([416, `bytes */${clip.length}`]);
  });

  test('If-Range with another tag gets the whole file', async () => {
    await using origin = await start();
    const ask = async (tag: string) => {
      const headers = { range: 'bytes=10-19', 'if-range': tag };
      const reply = await fetch(`${origin.url}/${episode.file}`, { headers });
      return [reply.status, (await bytesOf(reply)).length];
    };
    expect(await ask(`"${episode.sha256}"`)).toEqual([206, 10]);
    expect(await ask('"another"')).toEqual([200, clip.length]);
  });

  test('If-None-Match with the tag gets 304 without a body, If-Match with another gets 412', async () => {
    await using origin = await start();
    const url = `${origin.url}/${episode.file}`;
    const unchanged = await fetch(url, { headers: { 'if-none-match': `"${episode.sha256}"` } });
    expect([unchanged.status, unchanged.headers.get('etag')]).toEqual([304, `"${episode.sha256}"`]);
    expect((await fetch(url, { headers: { 'if-match': '"another"' } })).status).toBe(412);
  });
});

describe('refusals', () => {
  test.each([
    '/',
    '/nothing.mp4',
    '/../package.json',
    '/paper-boat-post/../../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '//paper-boat-post/s01e01.mp4',
    '/paper-boat-post',
    '/README.md',
    '*',
  ])('%s is not found', async (target) => {
    await using origin = await start();
    expect(await rawStatus(origin.url, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)).toBe(404);
  });

  test('another method gets 405 with what is allowed', async () => {
    await using origin = await start();
    const reply = await fetch(`${origin.url}/${episode.file}`, { method: 'POST', body: 'x' });
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('a request with headers beyond the limit gets 431', async () => {
    await using origin = await start();
    const head = `GET /index.json HTTP/1.1\r\nHost: a\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`;
    expect(await rawStatus(origin.url, head)).toBe(431);
  });
});

describe('pace and end', () => {
  test('each connection gets its bytes at the pace that was set', async () => {
    await using origin = await start({ bytesPerSecond: 400_000 });
    const began = performance.now();
    const headers = { range: 'bytes=0-99999' };
    const six = Array.from({ length: 6 }, async () =>
      bytesOf(await fetch(`${origin.url}/${episode.file}`, { headers })),
    );
    expect((await Promise.all(six)).map(({ length }) => length)).toEqual(Array(6).fill(100_000));
    // Each needs three sixteenths of a second after its first piece; one pace for all six would need 1.4 s.
    const seconds = (performance.now() - began) / 1000;
    expect(seconds).toBeGreaterThan(0.18);
    expect(seconds).toBeLessThan(1.1);
  });

  test('two requests on one connection share its pace', async () => {
    await using origin = await start({ bytesPerSecond: 400_000 });
    using agent = Object.assign(new Agent({ keepAlive: true, maxSockets: 1 }), {
      [Symbol.dispose]: () => agent.destroy(),
    });
    const began = performance.now();
    for (const _ of [1, 2]) {
      const request = get(`${origin.url}/${episode.file}`, { agent, headers: { range: 'bytes=0-59999' } });
      const [reply] = await once(request, 'response');
      await once(reply.resume(), 'end');
    }
    expect((performance.now() - began) / 1000).toBeGreaterThan(0.25);
  });

  test('disposing cuts a running reply at once and frees the port', async () => {
    const origin = await start({ bytesPerSecond: 1_000 });
    const reply = await fetch(`${origin.url}/${episode.file}`);
    const began = performance.now();
    await origin[Symbol.asyncDispose]();
    await expect(reply.arrayBuffer()).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(1_000);
    await using again = await start({ port: Number(new URL(origin.url).port) });
    expect(again.url).toBe(origin.url);
    await origin[Symbol.asyncDispose]();
  });

  test('a client that leaves in the middle is no error', async () => {
    await using origin = await start({ bytesPerSecond: 50_000 });
    const leaving = new AbortController();
    const reply = await fetch(`${origin.url}/${episode.file}`, { signal: leaving.signal });
    const reader = reply.body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    leaving.abort();
    await expect(reader?.read()).rejects.toThrow();
    expect((await fetch(`${origin.url}/index.json`, { method: 'HEAD' })).status).toBe(200);
  });
});

async function bytesOf(reply: Response): Promise<Buffer> {
  return Buffer.from(await reply.arrayBuffer());
}

/** Sends bytes as they are, because clients normalise paths before they leave. */
async function rawStatus(url: string, head: string): Promise<number> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(head);
  const [first] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return Number(first.toString('latin1').split(' ')[1]);
}
