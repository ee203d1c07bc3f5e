import { describe, expect, test } from 'vitest';
import { startOrigin } from '../origin.ts';
import { rawGet, valuesOf } from '../raw-client.ts';
import type { OriginFile } from '../reply.ts';
import { seededBytes } from '../seeded.ts';
import { busy, fails, type RetryAfter } from './busy.ts';
import { expiresAfter } from './expiry.ts';
import { hugeHeader, manyHeaders, silent, stallsAfterHeaders, stallsAt, trickles } from './slow.ts';
import { firstRequests } from './when.ts';

const size = 100_000;
const start = (behaviour: OriginFile['behaviour']) =>
  startOrigin({ files: [{ name: 'file', seed: 'patience', size, behaviour }] });

describe('slow servers', () => {
  test('trickles sends at its own rate', async () => {
    await using origin = await start(trickles(40));
    const began = performance.now();
    const reply = await rawGet(origin.url('file'), { bytes: 12 });
    expect(reply.body.length).toBeLessThan(20);
    // Two bytes at once, then two every 50 ms.
    expect(performance.now() - began).toBeGreaterThan(230);
  });

  test.each([
    [stallsAt(0.99), 99_000],
    [stallsAfterHeaders(), 0],
  ])('a stalled server sends so much and then keeps the connection open', async (behaviour, sent) => {
    await using origin = await start(behaviour);
    const reply = await rawGet(origin.url('file'), { bytes: sent });
    expect([reply.status, valuesOf(reply, 'content-length')]).toEqual([200, [String(size)]]);
    expect([reply.ended, reply.body.length]).toEqual(['taken', sent]);
    await origin.log.until(({ entries }) => entries[0]?.outcome !== 'open');
    expect(origin.log.entries[0]).toMatchObject({ outcome: 'left', bytesSent: sent });
  });

  test('a silent server takes the request, sends nothing, and lets go when it is disposed', async () => {
    await using origin = await start(silent());
    const reply = rawGet(origin.url('file'));
    await origin.requested('file', 1);
    expect(origin.log.entries[0]).toMatchObject({ status: undefined, bytesSent: 0, outcome: 'open' });
    await origin[Symbol.asyncDispose]();
    expect((await reply).status).toBeNaN();
  });

  test('manyHeaders and hugeHeader stand before a body that is right', async () => {
    await using origin = await start(manyHeaders(100_000));
    origin.add({ name: 'huge', seed: 'patience', size: 10, behaviour: hugeHeader(1_048_576) });
    const many = await rawGet(origin.url('file'));
    expect(many.headers.filter(([name]) => name.startsWith('X-Filler')).length).toBe(100_000);
    expect(many.body.equals(seededBytes('patience', 0, size))).toBe(true);
    const huge = await rawGet(origin.url('huge'));
    expect([valuesOf(huge, 'x-filler')[0]?.length, huge.body.length]).toEqual([1_048_576, 10]);
  });
});

describe('expiresAfter', () => {
  test('cuts all running replies together, refuses new ones, and lets a renewed link through', async () => {
    await using origin = await start(expiresAfter(60_000));
    const halves = ['bytes=0-49999', 'bytes=50000-99999'].map((range) =>
      rawGet(origin.url('file'), { headers: { range } }),
    );
    const got = (await Promise.all(halves)).map(({ body }) => body.length);
    expect(got.reduce((sum, length) => sum + length)).toBe(60_000);
    expect((await rawGet(origin.url('file'))).status).toBe(403);
    const old = origin.url('file');
    const renewed = await rawGet(origin.renew('file'), { headers: { range: 'bytes=60000-' } });
    expect([renewed.status, renewed.body.length]).toEqual([206, 40_000]);
    expect((await rawGet(old)).status).toBe(403);
  });

  test('a renewed link may lead to a file of another size', async () => {
    await using origin = await start(expiresAfter(10));
    expect((await rawGet(origin.url('file'))).body.length).toBe(10);
    const reply = await rawGet(origin.renew('file', { seed: 'other', size: 5 }));
    expect(reply.body.equals(seededBytes('other', 0, 5))).toBe(true);
  });
});

describe('busy', () => {
  const secondsOf = async (status: 429 | 503, retryAfter?: RetryAfter) => {
    await using origin = await start(busy(status, retryAfter));
    const reply = await rawGet(origin.url('file'));
    expect(reply.status).toBe(status);
    return valuesOf(reply, 'retry-after')[0];
  };

  test('says how long to stay away in every form', async () => {
    expect(await secondsOf(429, { seconds: 7 })).toBe('7');
    expect(await secondsOf(503)).toBeUndefined();
    expect(await secondsOf(503, 'garbage')).toBe('soonish');
    expect(await secondsOf(429, 'ten_years')).toBe('315360000');
    const future = Date.parse((await secondsOf(503, { dateIn: 90 })) ?? '') - Date.now();
    expect(future).toBeGreaterThan(80_000);
    expect(future).toBeLessThanOrEqual(90_000);
    expect(Date.parse((await secondsOf(503, { dateIn: -90 })) ?? '')).toBeLessThan(Date.now());
  });

  test('for the first requests lets later ones in, on the same connection too', async () => {
    await using origin = await start(firstRequests(2, busy(429, { seconds: 0 })));
    const statuses = [];
    for (const _ of [1, 2, 3]) {
      const reply = await fetch(origin.url('file'));
      statuses.push(reply.status);
      await reply.arrayBuffer();
    }
    expect(statuses).toEqual([429, 429, 200]);
  });

  test('fails answers any status', async () => {
    await using origin = await start(fails(410));
    expect((await rawGet(origin.url('file'))).status).toBe(410);
  });
});
