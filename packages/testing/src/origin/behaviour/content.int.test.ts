import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { startOrigin } from '../origin.ts';
import { rawGet, valuesOf } from '../raw-client.ts';
import type { OriginFile } from '../reply.ts';
import { seededBytes } from '../seeded.ts';
import { bomb, claimsCoding, coded, codedDeep } from './coding.ts';
import { changesAfter, type EntityChange, validators } from './entity.ts';
import { emptyBody, jsonError, loginPage, loginPageAsVideo, videoHeadThenPage } from './impostor.ts';

const size = 10_000;
const bytes = (from: number, to: number, seed = 'content') => seededBytes(seed, from, to);

async function ask(behaviour: OriginFile['behaviour'], headers: Record<string, string> = {}) {
  await using origin = await startOrigin({ files: [{ name: 'file', seed: 'content', size, behaviour }] });
  const reply = await rawGet(origin.url('file'), { headers });
  const one = (name: string) => valuesOf(reply, name)[0];
  return {
    ...reply,
    type: one('content-type'),
    length: Number(one('content-length')),
    coding: one('content-encoding'),
  };
}

describe('validators', () => {
  test.each([
    ['strong', /^"/, true],
    ['weak', /^W\/"/, false],
    ['date', undefined, true],
    ['none', undefined, false],
  ] as const)('%s sends these and no others', async (kind, tag, dated) => {
    const reply = await ask(validators(kind));
    const [etag] = valuesOf(reply, 'etag');
    if (tag) expect(etag).toMatch(tag);
    else expect(etag).toBeUndefined();
    expect(valuesOf(reply, 'last-modified').length).toBe(dated ? 1 : 0);
  });
});

describe('changesAfter', () => {
  async function beforeAndAfter(change: EntityChange, condition: 'etag' | 'last-modified') {
    const behaviour = changesAfter(1, change);
    await using origin = await startOrigin({ files: [{ name: 'file', seed: 'content', size, behaviour }] });
    const before = await rawGet(origin.url('file'));
    const plain = await rawGet(origin.url('file'), { headers: { range: 'bytes=10-19' } });
    const known = valuesOf(before, condition)[0] ?? '"none"';
    const careful = await rawGet(origin.url('file'), { headers: { range: 'bytes=10-19', 'if-range': known } });
    expect(before.body.equals(bytes(0, size))).toBe(true);
    expect(plain.body.equals(bytes(10, 20, 'new'))).toBe(true);
    const told = ['etag', 'last-modified'].filter((name) => valuesOf(before, name)[0] !== valuesOf(plain, name)[0]);
    return { told, careful: careful.status };
  }

  test('with a strong tag or a date is noticed by If-Range', async () => {
    const strong = await beforeAndAfter({ seed: 'new', validators: 'strong' }, 'etag');
    expect(strong).toEqual({ told: ['etag', 'last-modified'], careful: 200 });
    const dated = await beforeAndAfter({ seed: 'new', validators: 'date' }, 'last-modified');
    expect(dated).toEqual({ told: ['last-modified'], careful: 200 });
  });

  test('with a weak tag is told by the tag alone, with none by nothing', async () => {
    expect((await beforeAndAfter({ seed: 'new', validators: 'weak' }, 'etag')).told).toEqual(['etag']);
    expect((await beforeAndAfter({ seed: 'new', validators: 'none' }, 'etag')).told).toEqual([]);
  });

  test('that is stale gives other bytes even to a client with a strong If-Range', async () => {
    const stale = await beforeAndAfter({ seed: 'new', validators: 'stale' }, 'etag');
    expect(stale).toEqual({ told: [], careful: 206 });
  });

  test('may have another size', async () => {
    const reply = await ask(changesAfter(0, { seed: 'new', size: 77, validators: 'strong' }));
    expect(reply.body.equals(bytes(0, 77, 'new'))).toBe(true);
  });
});

describe('impostors', () => {
  test('each is a 200 with a true length that is not the video', async () => {
    for (const [behaviour, type, start] of [
      [loginPage(), 'text/html; charset=utf-8', '<!doctype html>'],
      [loginPageAsVideo(), 'video/mp4', '<!doctype html>'],
      [jsonError(), 'application/json', '{"error"'],
      [emptyBody(), 'video/mp4', ''],
    ] as const) {
      const reply = await ask(behaviour);
      expect([reply.status, reply.type, reply.length]).toEqual([200, type, reply.body.length]);
      expect(reply.body.toString().startsWith(start)).toBe(true);
    }
    expect((await ask(emptyBody())).body.length).toBe(0);
  });

  test('videoHeadThenPage starts as a video and ends as a page', async () => {
    const reply = await ask(videoHeadThenPage(100));
    expect(reply.body.toString('latin1', 4, 8)).toBe('ftyp');
    expect(reply.body.subarray(24, 124).equals(bytes(0, 100))).toBe(true);
    expect(reply.body.toString().trimEnd().endsWith('</html>')).toBe(true);
    expect(reply.length).toBe(reply.body.length);
  });
});

describe('codings', () => {
  test('coded codes a whole and a part although identity was asked for', async () => {
    const whole = await ask(coded(), { 'accept-encoding': 'identity' });
    expect([whole.coding, whole.length]).toEqual(['gzip', whole.body.length]);
    expect(gunzipSync(whole.body).equals(bytes(0, size))).toBe(true);
    const part = await ask(coded('br'), { range: 'bytes=5-24' });
    expect([part.status, part.coding]).toEqual([206, 'br']);
    expect(brotliDecompressSync(part.body).equals(bytes(5, 25))).toBe(true);
  });

  test('codedDeep codes as often as it names', async () => {
    const reply = await ask(codedDeep(10));
    expect(reply.coding?.split(', ')).toEqual(Array(10).fill('gzip'));
    let inner = reply.body;
    for (let i = 0; i < 10; i += 1) inner = gunzipSync(inner);
    expect(inner.equals(bytes(0, size))).toBe(true);
  });

  test('claimsCoding names a coding that is not there', async () => {
    const reply = await ask(claimsCoding());
    expect([reply.coding, reply.body.equals(bytes(0, size))]).toEqual(['gzip', true]);
  });

  test('bomb decodes to about a thousand times its length', async () => {
    const reply = await ask(bomb(8 * 1024 * 1024));
    const decoded = gunzipSync(reply.body).length;
    expect(decoded).toBe(8 * 1024 * 1024);
    expect(decoded / reply.body.length).toBeGreaterThan(900);
  });
});
