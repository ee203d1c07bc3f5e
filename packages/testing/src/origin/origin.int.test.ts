import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { startOrigin } from './origin.ts';
import { rawGet, valuesOf } from './raw-client.ts';
import { seededBytes, seededSha256 } from './seeded.ts';

const file = { name: 'show/episode 1.mp4', seed: 'honest', size: 300_000 };

describe('an honest file', () => {
  test('arrives whole with its length, a strong tag and a date', async () => {
    await using origin = await startOrigin({ files: [file] });
    const reply = await fetch(origin.url(file.name));
    const body = Buffer.from(await reply.arrayBuffer());
    expect([reply.status, reply.headers.get('content-length')]).toEqual([200, '300000']);
    expect(reply.headers.get('etag')).toMatch(/^"[0-9a-f]{16}"$/);
    expect(Date.parse(reply.headers.get('last-modified') ?? '')).toBeLessThan(Date.now());
    expect(createHash('sha256').update(body).digest('hex')).toBe(seededSha256('honest', 300_000));
  });

  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=100-200', 100, 201],
    ['bytes=299990-', 299_990, 300_000],
    ['bytes=-16', 299_984, 300_000],
    ['bytes=299999-999999', 299_999, 300_000],
  ])('gives exactly %s', async (range, from, to) => {
    await using origin = await startOrigin({ files: [file] });
    const reply = await rawGet(origin.url(file.name), { headers: { range } });
    expect(reply.status).toBe(206);
    expect(valuesOf(reply, 'content-range')).toEqual([`bytes ${from}-${to - 1}/300000`]);
    expect(reply.body.equals(seededBytes('honest', from, to))).toBe(true);
  });

  test('refuses a range past its end with its size, and ignores what is no single range', async () => {
    await using origin = await startOrigin({ files: [file] });
    const past = await rawGet(origin.url(file.name), { headers: { range: 'bytes=300000-' } });
    expect([past.status, ...valuesOf(past, 'content-range')]).toEqual([416, 'bytes */300000']);
    for (const range of ['bytes=5-2', 'lines=1-2', 'bytes=0-1,4-5']) {
      expect((await rawGet(origin.url(file.name), { headers: { range }, bytes: 0 })).status).toBe(200);
    }
  });

  test('honours If-Range with its own tag or date, and with nothing else', async () => {
    await using origin = await startOrigin({ files: [file] });
    const head = await rawGet(origin.url(file.name), { method: 'HEAD' });
    const ask = async (condition: string) => {
      const headers = { range: 'bytes=0-9', 'if-range': condition };
      return (await rawGet(origin.url(file.name), { headers, bytes: 0 })).status;
    };
    expect(head.body.length).toBe(0);
    const [tag = ''] = valuesOf(head, 'etag');
    const [date = ''] = valuesOf(head, 'last-modified');
    expect([await ask(tag), await ask(date), await ask(`W/${tag}`), await ask('"x"')]).toEqual([206, 206, 200, 200]);
  });

  test('an unknown name gets 404, another method 405, and rubbish a closed connection', async () => {
    await using origin = await startOrigin({ files: [file] });
    const url = new URL('/nothing', origin.url(file.name)).href;
    expect((await rawGet(url)).status).toBe(404);
    expect((await rawGet(origin.url(file.name), { method: 'DELETE' })).status).toBe(405);
    const socket = connect(origin.port, '127.0.0.1');
    socket.write('what?\r\n\r\n');
    await once(socket.resume(), 'end');
    socket.destroy();
    expect(() => origin.url('nothing')).toThrow('no file "nothing"');
  });
});

describe('the log', () => {
  test('says of each request what was asked and what was sent', async () => {
    await using origin = await startOrigin({ files: [file] });
    await rawGet(origin.url(file.name), { headers: { range: 'bytes=10-29', 'if-range': '"x"' } });
    await rawGet(origin.url(file.name), { headers: { range: 'bytes=10-29' } });
    const [first, second] = origin.log.of(file.name);
    expect(first).toMatchObject({ nth: 1, status: 200, ifRange: '"x"', from: 0, to: 300_000, outcome: 'sent' });
    expect(second).toMatchObject({
      nth: 2,
      method: 'GET',
      range: 'bytes=10-29',
      status: 206,
      from: 10,
      to: 30,
      bytesSent: 20,
    });
    expect(second?.connection).not.toBe(first?.connection);
    expect(second?.at).toBeGreaterThanOrEqual(first?.endedAt ?? Number.POSITIVE_INFINITY);
    expect(origin.log.bytesSent(file.name)).toBe(300_020);
    expect(origin.log.refetched(file.name)).toBe(20);
  });

  test('tells requests on one connection from those on several', async () => {
    await using origin = await startOrigin({ files: [file] });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const _ of [1, 2]) {
      const [reply] = (await once(get(origin.url(file.name), { agent }), 'response')) as [IncomingMessage];
      await once(reply.resume(), 'end');
    }
    agent.destroy();
    expect(origin.log.entries.map(({ connection }) => connection)).toEqual([1, 1]);
  });

  test('a client that leaves ends its entry as left, with fewer bytes than the file has', async () => {
    await using origin = await startOrigin({ files: [{ ...file, holdAt: [100_000] }] });
    await rawGet(origin.url(file.name), { bytes: 100_000 });
    await origin.log.until(({ entries }) => entries[0]?.endedAt !== undefined);
    expect(origin.log.entries[0]).toMatchObject({ outcome: 'left', from: 0, to: 100_000, bytesSent: 100_000 });
  });
});

describe('the gate', () => {
  test('holds a stream at an offset with all bytes before it sent, until it is released', async () => {
    await using origin = await startOrigin({ files: [file] });
    origin.hold(file.name, 120_000);
    const reply = rawGet(origin.url(file.name));
    await origin.reached(file.name, 120_000);
    expect(origin.log.entries[0]).toMatchObject({ to: 120_000, outcome: 'open' });
    origin.release(file.name);
    expect((await reply).body.equals(seededBytes('honest', 0, 300_000))).toBe(true);
  });

  test('holds only streams that would cross the offset', async () => {
    await using origin = await startOrigin({ files: [{ ...file, holdAt: [100, 200] }] });
    const part = (range: string) => rawGet(origin.url(file.name), { headers: { range } });
    expect((await part('bytes=0-99')).body.length).toBe(100);
    expect((await part('bytes=201-299')).body.length).toBe(99);
    const [atFirst, atSecond] = [part('bytes=100-149'), part('bytes=150-250')];
    await Promise.all([origin.reached(file.name, 100), origin.reached(file.name, 200)]);
    origin.release(file.name, 100);
    expect((await atFirst).body.equals(seededBytes('honest', 100, 150))).toBe(true);
    expect(origin.log.entries.at(-1)).toMatchObject({ to: 200, outcome: 'open' });
    origin.release(file.name);
    expect((await atSecond).body.length).toBe(101);
  });

  test('reached needs no hold, and rejects when the origin is disposed first', async () => {
    const origin = await startOrigin({ files: [file] });
    const [reply] = await Promise.all([rawGet(origin.url(file.name)), origin.reached(file.name, 300_000)]);
    expect(reply.body.length).toBe(300_000);
    const [never] = await Promise.allSettled([origin.requested(file.name, 2), origin[Symbol.asyncDispose]()]);
    expect(never).toMatchObject({ status: 'rejected', reason: { message: 'the origin was disposed' } });
  });
});

describe('the pace', () => {
  test('of a file is shared by its connections, the cap holds for each', async () => {
    const shared = { ...file, name: 'shared', bytesPerSecond: 200_000 };
    const capped = { ...file, name: 'capped', perConnectionCap: 200_000 };
    await using origin = await startOrigin({ files: [shared, capped] });
    const secondsForFour = async (name: string) => {
      const began = performance.now();
      const headers = { range: 'bytes=0-39999' };
      await Promise.all([1, 2, 3, 4].map(() => rawGet(origin.url(name), { headers })));
      return (performance.now() - began) / 1000;
    };
    // 160 kB through one pace take 0.75 s after the first piece, 40 kB for each side by side 0.15 s.
    expect(await secondsForFour('shared')).toBeGreaterThan(0.7);
    expect(await secondsForFour('capped')).toBeGreaterThan(0.14);
    expect(await secondsForFour('capped')).toBeLessThan(0.65);
  });
});

describe('changes while it runs', () => {
  test('a changed file is another from the next request on, a renewed one has another address', async () => {
    await using origin = await startOrigin({ files: [file] });
    const before = origin.url(file.name);
    origin.change(file.name, { seed: 'other', size: 10 });
    expect((await rawGet(before)).body.equals(seededBytes('other', 0, 10))).toBe(true);
    const after = origin.renew(file.name, { size: 20 });
    expect(after).toBe(`${before}?sig=1`);
    expect(origin.url(file.name)).toBe(after);
    expect((await rawGet(after)).body.length).toBe(20);
    expect(() => origin.add(file)).toThrow('already');
  });

  test('a behaviour that throws is told in a 500', async () => {
    const behaviour = () => {
      throw new Error('wrong test');
    };
    await using origin = await startOrigin({ files: [{ ...file, behaviour }] });
    const reply = await rawGet(origin.url(file.name));
    expect([reply.status, reply.body.toString()]).toEqual([500, expect.stringContaining('wrong test')]);
  });
});
