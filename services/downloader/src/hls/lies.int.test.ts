import { Source } from '@aniworld/contracts';
import { createCipheriv } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Failure } from '../failure.ts';
import { serveFolder } from './origin.fixture.ts';
import { type Listed, listOf, mediaPlaylist, transportSegment } from './packet.fixture.ts';
import { type HlsChanges, type HlsRig, NO_FFMPEG, startHlsRig } from './rig.fixture.ts';

const COUNT = 6;
const LIST = listOf(COUNT);
const segment = (n: number) => transportSegment(n, 1);
const whole = (count = COUNT) => Buffer.concat(Array.from({ length: count }, (_, n) => segment(n)));

/** A stream of bare segments, as the origin has it before it lies. */
async function startStream(list: Listed[] = LIST): Promise<HlsRig> {
  const rig = await startHlsRig();
  for (let n = 0; n < COUNT; n += 1) rig.origin.lies.set(`s${n}.ts`, segment(n));
  rig.origin.lies.set('a.m3u8', mediaPlaylist(list));
  return rig;
}

const fetchFrom = (rig: HlsRig, changes: HlsChanges = {}, signal?: AbortSignal) =>
  rig.fetch('a.m3u8', { ...NO_FFMPEG, ...changes, settings: { ...NO_FFMPEG.settings, ...changes.settings } }, signal);

async function reasonOf(fetching: Promise<unknown>): Promise<string> {
  return fetching.then(
    () => 'none',
    (failure: Failure) => `${failure.reason}: ${failure.message}`,
  );
}

test.each<[string, (rig: HlsRig) => void, RegExp]>([
  ['a segment that is missing', ({ origin }) => origin.lies.delete('s3.ts'), /^gone: Segment 3 .*missing/],
  [
    'a segment that is cut within a packet',
    ({ origin }) => origin.lies.set('s3.ts', segment(3).subarray(0, 1_000)),
    /^bad_content: .*cut short.*segment 3/,
  ],
  [
    'a segment that is cut between two packets',
    ({ origin }) => origin.lies.set('s3.ts', segment(3).subarray(0, 188 * 8)),
    /^bad_content: .*missing before segment 4/,
  ],
  ['an empty segment', ({ origin }) => origin.lies.set('s3.ts', ''), /^bad_content: .*empty.*segment 3/],
  [
    'a page instead of a segment',
    ({ origin }) => origin.lies.set('s3.ts', '<!doctype html><title>Sign in</title>'),
    /^bad_content: .*page.*segment 3/,
  ],
  [
    'a segment with the content of the one before',
    ({ origin }) => origin.lies.set('s3.ts', segment(2)),
    /^bad_content: Segment 3 .*earlier one/,
  ],
  [
    'a list that leaves one out',
    ({ origin }) => origin.lies.set('a.m3u8', mediaPlaylist(LIST.toSpliced(3, 1))),
    /^bad_content: .*missing before segment 3/,
  ],
  [
    'a list that goes back',
    ({ origin }) => origin.lies.set('a.m3u8', mediaPlaylist([...LIST, LIST[1]!])),
    /^bad_content: .*lists the bytes of segment 6 twice/,
  ],
  [
    'a segment that is marked as missing',
    ({ origin }) => origin.lies.set('a.m3u8', mediaPlaylist(LIST.with(2, { ...LIST[2]!, tags: ['#EXT-X-GAP'] }))),
    /^bad_content: .*segment 2 is marked as missing/,
  ],
  [
    'a page instead of a playlist',
    ({ origin }) => origin.lies.set('a.m3u8', '<html>'),
    /^bad_content: .*than a playlist/,
  ],
  ['a playlist that is missing', ({ origin }) => origin.lies.delete('a.m3u8'), /^gone/],
  ['a list of nothing', ({ origin }) => origin.lies.set('a.m3u8', mediaPlaylist([])), /^bad_content: .*no segments/],
  [
    'a protection that is not to be undone',
    ({ origin }) =>
      origin.lies.set(
        'a.m3u8',
        mediaPlaylist(LIST.with(0, { ...LIST[0]!, tags: ['#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"'] })),
      ),
    /^bad_content: .*SAMPLE-AES/,
  ],
])('%s fails the download', async (_, lie, reason) => {
  await using rig = await startStream();
  lie(rig);
  expect(await reasonOf(fetchFrom(rig))).toMatch(reason);
});

test('a connection that breaks in a segment is made again, and the segment fetched from its beginning', async () => {
  await using rig = await startStream();
  let broken = 0;
  rig.origin.lies.set('s2.ts', (_, response) => {
    const data = segment(2);
    response.writeHead(200, { 'content-length': data.length });
    if (broken++ < 2) response.write(data.subarray(0, 2_000), () => response.destroy());
    else response.end(data);
  });
  await fetchFrom(rig);
  expect((await rig.bytes()).equals(whole())).toBe(true);
});

test('a segment that is listed twice in a row is taken once, and said so', async () => {
  await using rig = await startStream(LIST.toSpliced(3, 0, LIST[2]!));
  const { notes } = await fetchFrom(rig);
  expect(notes).toEqual(['The playlist lists segments twice; they were taken once. (1)']);
  expect((await rig.bytes()).equals(whole())).toBe(true);
});

test('ranges with and without a beginning are fetched, overlaps once', async () => {
  const all = whole();
  const size = segment(0).length;
  const range = (n: number, length: number, offset?: number): Listed => ({
    ...{ name: 'all.ts', seconds: 1 },
    tags: [`#EXT-X-BYTERANGE:${length}${offset === undefined ? '' : `@${offset}`}`],
  });
  const list = [range(0, size, 0), range(1, size), range(2, size + 376, 2 * size - 376), range(3, 3 * size)];
  await using rig = await startStream(list);
  rig.origin.lies.set('all.ts', all);
  await fetchFrom(rig);
  expect((await rig.bytes()).equals(all)).toBe(true);
});

test('an origin that ignores ranges is asked for the whole and cut', async () => {
  const all = whole();
  const size = segment(0).length;
  const tags = (n: number) => [`#EXT-X-BYTERANGE:${size}@${n * size}`];
  await using rig = await startStream(LIST.map((_, n) => ({ name: 'all.ts', seconds: 1, tags: tags(n) })));
  rig.origin.lies.set('all.ts', (_, response) => void response.end(all));
  await fetchFrom(rig);
  expect((await rig.bytes()).equals(all)).toBe(true);
});

function encrypted(n: number, key: Buffer): Buffer {
  const iv = Buffer.alloc(16);
  iv.writeUInt32BE(n, 12);
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  return Buffer.concat([cipher.update(segment(n)), cipher.final()]);
}

test('without a vector the sequence number is it, and a key that is missing or wrong fails the download', async () => {
  const key = Buffer.from('0123456789abcdef');
  await using rig = await startStream(LIST.with(0, { ...LIST[0]!, tags: ['#EXT-X-KEY:METHOD=AES-128,URI="key"'] }));
  for (let n = 0; n < COUNT; n += 1) rig.origin.lies.set(`s${n}.ts`, encrypted(n, key));
  expect(await reasonOf(fetchFrom(rig))).toMatch(/^gone: .*key.*gone/);
  rig.origin.lies.set('key', 'login');
  expect(await reasonOf(fetchFrom(rig))).toMatch(/^bad_content: .*key/);
  rig.origin.lies.set('key', Buffer.alloc(16));
  expect(await reasonOf(fetchFrom(rig))).toMatch(/^bad_content/);
  rig.origin.lies.set('key', key);
  await fetchFrom(rig);
  expect((await rig.bytes()).equals(whole())).toBe(true);
});

test('segments come several at once, no more than allowed', async () => {
  await using rig = await startStream();
  const { promise: three, resolve } = Promise.withResolvers<void>();
  let open = 0;
  for (let n = 0; n < COUNT; n += 1) {
    rig.origin.lies.set(`s${n}.ts`, async (_, response) => {
      if (++open === 3) resolve();
      await three;
      response.end(segment(n));
    });
  }
  await fetchFrom(rig, { connections: 3 });
  expect(rig.origin.peak).toBe(3);
  expect((await rig.bytes()).equals(whole())).toBe(true);
});

test('a login goes to the source’s own origin only, and addresses are relative to where a redirect led', async () => {
  await using rig = await startStream();
  await using other = await serveFolder(rig.folder);
  rig.origin.lies.set(
    'start.m3u8',
    (_, response) => void response.writeHead(302, { location: other.url('deep/a.m3u8') }).end(),
  );
  other.lies.set('deep/a.m3u8', mediaPlaylist(LIST));
  for (let n = 0; n < COUNT; n += 1) other.lies.set(`deep/s${n}.ts`, segment(n));
  const headers = { authorization: 'Bearer secret', cookie: 'a=b', 'x-key': 'secret', referer: 'https://example.org/' };
  await rig.fetch('start.m3u8', { ...NO_FFMPEG, headers });
  expect(rig.origin.headers.get('start.m3u8')).toMatchObject(headers);
  expect(other.headers.get('deep/s1.ts')).toMatchObject({ referer: 'https://example.org/' });
  for (const name of ['deep/a.m3u8', 'deep/s1.ts'])
    expect(Object.keys(other.headers.get(name)!)).not.toEqual(
      expect.arrayContaining(['authorization', 'cookie', 'x-key']),
    );
  expect((await rig.bytes()).equals(whole())).toBe(true);
});

test('an abort ends the fetch at once, also while an origin says nothing', async () => {
  await using rig = await startStream();
  const stop = new AbortController();
  rig.origin.lies.set('s2.ts', () => stop.abort(new Error('cancelled')));
  await expect(fetchFrom(rig, {}, stop.signal)).rejects.toThrow('cancelled');
});

test('another list of segments begins the file anew', async () => {
  await using rig = await startStream();
  await fetchFrom(rig);
  rig.origin.lies.set('a.m3u8', mediaPlaylist(LIST.slice(0, 4)));
  await fetchFrom(rig);
  expect((await rig.bytes()).equals(whole(4))).toBe(true);
});

test('addresses that have expired are asked for once more, and the fetch goes on where it was', async () => {
  await using rig = await startStream(LIST.map((one) => ({ ...one, name: `${one.name}?token=1` })));
  const renewed = LIST.map((one) => ({ ...one, name: `${one.name}?token=2` }));
  rig.origin.lies.set('s3.ts', (request, response) => {
    if (request.url?.endsWith('token=2')) response.end(segment(3));
    else response.writeHead(403).end();
  });
  const resolveAgain = async () => {
    rig.origin.lies.set('a.m3u8', mediaPlaylist(renewed));
    return Source.parse({ engine: 'hls', url: `${rig.origin.url('a.m3u8')}?token=2` });
  };
  await fetchFrom(rig, { connections: 1, resolveAgain });
  expect((await rig.bytes()).equals(whole())).toBe(true);
  expect(rig.origin.asked.filter((name) => name === 's2.ts')).toHaveLength(1);
});

test('a stream that goes on is refused unless it is to be followed', async () => {
  await using rig = await startStream();
  rig.origin.lies.set('a.m3u8', mediaPlaylist(LIST, { ended: false }));
  expect(await reasonOf(fetchFrom(rig))).toMatch(/^bad_content: .*still going on/);
});

/** Gives another playlist with each request, the last one for ever. */
function live(rig: HlsRig, ...playlists: string[]): HlsChanges {
  rig.origin.lies.set(
    'a.m3u8',
    (_, response) => void response.end(playlists.length > 1 ? playlists.shift() : playlists[0]),
  );
  return { settings: { live: 'follow' } };
}

const window = (first: number, count: number, ended = false) =>
  mediaPlaylist(listOf(count, first), { ended, sequence: first, target: 0.1 });

test('a stream that goes on is followed to its end, its window moving', async () => {
  await using rig = await startStream();
  const { notes } = await fetchFrom(rig, live(rig, window(0, 3), window(1, 3), window(1, 3), window(3, 3, true)));
  expect((await rig.bytes()).equals(whole())).toBe(true);
  expect(notes).toEqual([]);
});

test('a stream that was joined while it went on says what it lacks', async () => {
  await using rig = await startStream();
  const { notes } = await fetchFrom(rig, live(rig, window(2, 2), window(3, 3, true)));
  expect((await rig.bytes()).equals(whole().subarray(2 * segment(0).length))).toBe(true);
  expect(notes[0]).toContain('before segment 2');
});

test.each([
  ['moves on faster than it is read', [window(0, 2), window(4, 2)], /segments 2 to 3 .*gone/],
  ['becomes shorter', [window(0, 4), window(0, 2, true)], /became shorter/],
  ['changes what it listed', [window(0, 2), mediaPlaylist(listOf(4, 2), { ended: false, target: 0.1 })], /changed/],
])('a running playlist that %s fails the download', async (_, playlists, reason) => {
  await using rig = await startStream();
  expect(await reasonOf(fetchFrom(rig, live(rig, ...playlists)))).toMatch(reason);
});
