import { describe, expect, test } from 'vitest';
import { startOrigin } from '../origin.ts';
import { rawGet, valuesOf } from '../raw-client.ts';
import type { OriginFile } from '../reply.ts';
import { seededBytes } from '../seeded.ts';
import { brokenContentRange, clippedEnd, multipartPartial, noContentRange, otherTotal, wrongStart } from './partial.ts';
import { ignoresRangeOnResume, noRanges } from './ranges.ts';
import { unsatisfiable } from './unsatisfiable.ts';
import { afterRequests } from './when.ts';

const size = 10_000;
const bytes = (from: number, to: number) => seededBytes('ranges', from, to);

async function ask(behaviour: OriginFile['behaviour'], range?: string) {
  await using origin = await startOrigin({ files: [{ name: 'file', seed: 'ranges', size, behaviour }] });
  const reply = await rawGet(origin.url('file'), range === undefined ? {} : { headers: { range } });
  return { ...reply, contentRange: valuesOf(reply, 'content-range')[0], length: valuesOf(reply, 'content-length')[0] };
}

describe('servers without ranges', () => {
  test('noRanges gives 200 and everything, whatever is asked', async () => {
    const reply = await ask(noRanges(), 'bytes=5-9');
    expect([reply.status, valuesOf(reply, 'accept-ranges')]).toEqual([200, []]);
    expect(reply.body.equals(bytes(0, size))).toBe(true);
  });

  test('ignoresRangeOnResume honours a range from 0 and no other', async () => {
    expect((await ask(ignoresRangeOnResume(), 'bytes=0-9')).body.length).toBe(10);
    const resumed = await ask(ignoresRangeOnResume(), 'bytes=5-9');
    expect([resumed.status, resumed.body.length]).toEqual([200, size]);
  });

  test('afterRequests turns a server honest at first into one that forgot ranges', async () => {
    const behaviour = afterRequests(1, noRanges());
    await using origin = await startOrigin({ files: [{ name: 'file', seed: 'ranges', size, behaviour }] });
    const status = async () => (await rawGet(origin.url('file'), { headers: { range: 'bytes=5-9' } })).status;
    expect([await status(), await status()]).toEqual([206, 200]);
  });
});

describe('206 that is not what was asked', () => {
  test.each([
    [-50, 950],
    [50, 1_050],
  ])('wrongStart by %i says truthfully where it starts', async (by, from) => {
    const reply = await ask(wrongStart(by), 'bytes=1000-1999');
    expect(reply.contentRange).toBe(`bytes ${from}-1999/${size}`);
    expect(reply.body.equals(bytes(from, 2_000))).toBe(true);
  });

  test('wrongStart that is not admitted looks right and has other bytes', async () => {
    const reply = await ask(wrongStart(-50, false), 'bytes=1000-1999');
    expect([reply.contentRange, reply.length]).toEqual([`bytes 1000-1999/${size}`, '1000']);
    expect(reply.body.equals(bytes(950, 1_950))).toBe(true);
    const atEnd = await ask(wrongStart(50, false), 'bytes=9900-');
    expect(atEnd.body.equals(Buffer.concat([bytes(9_950, size), Buffer.alloc(50)]))).toBe(true);
  });

  test('otherTotal names another size and sends the right bytes', async () => {
    const reply = await ask(otherTotal(7), 'bytes=1000-1999');
    expect(reply.contentRange).toBe('bytes 1000-1999/10007');
    expect(reply.body.equals(bytes(1_000, 2_000))).toBe(true);
  });

  test('clippedEnd sends less than asked and says so', async () => {
    const reply = await ask(clippedEnd(100), 'bytes=1000-');
    expect([reply.contentRange, reply.length]).toEqual([`bytes 1000-1099/${size}`, '100']);
    expect(reply.body.equals(bytes(1_000, 1_100))).toBe(true);
  });

  test('multipartPartial wraps the range, with a true length', async () => {
    const reply = await ask(multipartPartial(), 'bytes=1000-1999');
    expect(valuesOf(reply, 'content-type')[0]).toContain('multipart/byteranges; boundary=');
    expect([reply.contentRange, reply.length]).toEqual([undefined, String(reply.body.length)]);
    expect(reply.body.toString('latin1')).toContain('Content-Range: bytes 1000-1999/10000\r\n\r\n');
    expect(reply.body.includes(bytes(1_000, 2_000))).toBe(true);
  });

  test('noContentRange and brokenContentRange send the right bytes without saying which', async () => {
    const silent = await ask(noContentRange(), 'bytes=1000-1999');
    expect([silent.status, silent.contentRange]).toEqual([206, undefined]);
    expect(silent.body.equals(bytes(1_000, 2_000))).toBe(true);
    expect((await ask(brokenContentRange('pages 1-2/3'), 'bytes=1000-')).contentRange).toBe('pages 1-2/3');
  });

  test('requests without a range are answered honestly', async () => {
    for (const behaviour of [wrongStart(1), otherTotal(1), clippedEnd(1), multipartPartial(), noContentRange()]) {
      expect((await ask(behaviour)).body.equals(bytes(0, size))).toBe(true);
    }
  });
});

describe('unsatisfiable', () => {
  test.each([
    [{}, 'bytes */10000', /^$/],
    [{ total: 50 }, 'bytes */10050', /^$/],
    [{ total: -50 }, 'bytes */9950', /^$/],
    [{ total: 'none' as const }, undefined, /^$/],
    [{ page: true }, 'bytes */10000', /^<!doctype html>/],
  ])('%j refuses a range that is there', async (form, contentRange, body) => {
    const reply = await ask(unsatisfiable(form), 'bytes=10-19');
    expect([reply.status, reply.contentRange]).toEqual([416, contentRange]);
    expect(reply.body.toString()).toMatch(body);
    expect((await ask(unsatisfiable(form))).status).toBe(200);
  });
});
