import { describe, expect, test } from 'vitest';
import { startOrigin } from '../origin.ts';
import { type RawRequest, rawGet, valuesOf } from '../raw-client.ts';
import type { OriginFile } from '../reply.ts';
import { seededBytes } from '../seeded.ts';
import { chunkedBody, cutsAfter } from './cut.ts';
import { type LengthLie, wrongLength } from './length.ts';
import { firstRequests } from './when.ts';

const size = 300_000;
const whole = seededBytes('framing', 0, size);

async function ask(behaviour: OriginFile['behaviour'], request: RawRequest = {}) {
  await using origin = await startOrigin({ files: [{ name: 'file', seed: 'framing', size, behaviour }] });
  return await rawGet(origin.url('file'), request);
}

describe('cutsAfter', () => {
  test('keeps the promised length and ends the connection after so many bytes', async () => {
    const reply = await ask(cutsAfter(1_000));
    expect(valuesOf(reply, 'content-length')).toEqual([String(size)]);
    expect([reply.ended, reply.body.equals(whole.subarray(0, 1_000))]).toEqual(['close', true]);
  });

  test('cuts a chunked body between chunks and leaves the last one out', async () => {
    const reply = await ask(cutsAfter(1_000, 'chunked'));
    expect([valuesOf(reply, 'transfer-encoding'), valuesOf(reply, 'content-length')]).toEqual([['chunked'], []]);
    expect(reply.body.toString('latin1')).toBe(`3e8\r\n${whole.toString('latin1', 0, 1_000)}\r\n`);
  });

  test('says no length at all when only the end of the connection is to tell', async () => {
    const reply = await ask(cutsAfter(1_000, 'until_close'));
    expect([valuesOf(reply, 'content-length'), valuesOf(reply, 'transfer-encoding')]).toEqual([[], []]);
    expect([reply.ended, reply.body.length]).toEqual(['close', 1_000]);
  });

  test('ends by a reset when asked to', async () => {
    expect((await ask(cutsAfter(1_000, 'content_length', 'reset'))).ended).toBe('reset');
  });

  test('leaves shorter replies whole, so that each resume gets so many bytes further', async () => {
    const headers = { range: `bytes=${size - 1_000}-` };
    const reply = await ask(cutsAfter(1_000), { headers });
    expect(reply.body.equals(whole.subarray(size - 1_000))).toBe(true);
  });

  test('within firstRequests lets the later ones through', async () => {
    const behaviour = firstRequests(2, cutsAfter(10));
    await using origin = await startOrigin({ files: [{ name: 'file', seed: 'framing', size, behaviour }] });
    const lengths = [];
    for (const _ of [1, 2, 3]) lengths.push((await rawGet(origin.url('file'))).body.length);
    expect(lengths).toEqual([10, 10, size]);
  });
});

describe('chunkedBody', () => {
  test('sends everything in chunks that a client can join', async () => {
    await using origin = await startOrigin({
      files: [{ name: 'file', seed: 'framing', size, behaviour: chunkedBody() }],
    });
    const reply = await fetch(origin.url('file'));
    expect(reply.headers.get('content-length')).toBeNull();
    expect(Buffer.from(await reply.arrayBuffer()).equals(whole)).toBe(true);
  });
});

describe('wrongLength', () => {
  const says: [LengthLie, string[]][] = [
    ['short', ['299950']],
    ['long', ['300050']],
    ['negative', ['-1']],
    ['garbage', ['many']],
    ['duplicated', ['300000', '299950']],
    ['repeated', ['300000', '300000']],
  ];

  test.each(says)('%s says so, sends all bytes and closes', async (lie, lengths) => {
    const reply = await ask(wrongLength(lie));
    expect(valuesOf(reply, 'content-length')).toEqual(lengths);
    expect([reply.ended, reply.body.equals(whole)]).toEqual(['close', true]);
  });

  test('with_chunked sends a short length beside whole chunks', async () => {
    const reply = await ask(wrongLength('with_chunked'));
    expect([valuesOf(reply, 'content-length'), valuesOf(reply, 'transfer-encoding')]).toEqual([
      ['299950'],
      ['chunked'],
    ]);
    expect(reply.body.toString('latin1').endsWith('\r\n0\r\n\r\n')).toBe(true);
  });
});
