import {
  type Behaviour,
  brokenContentRange,
  busy,
  changesAfter,
  chunkedBody,
  claimsCoding,
  clippedEnd,
  coded,
  cutsAfter,
  emptyBody,
  expiresAfter,
  ignoresRangeOnResume,
  jsonError,
  loginPageAsVideo,
  multipartPartial,
  noContentRange,
  noRanges,
  onRanges,
  otherTotal,
  seededSha256,
  unsatisfiable,
  validators,
  videoHeadThenPage,
  wrongLength,
  wrongStart,
} from '@aniworld/testing';
import { describe, expect, test } from 'vitest';
import { startEngineRig } from './rig.fixture.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const file = { name: 'a.mp4', seed: 'a', size: 3 * MIB };
const whole = { size: file.size, sha256: seededSha256('a', file.size) };

describe('an honest origin', () => {
  test('gives the whole file in one request, without a range', async () => {
    await using rig = await startEngineRig([file]);
    expect(await rig.fetch('a.mp4')).toMatchObject(whole);
    expect(rig.origin.log.of('a.mp4').map(({ range }) => range)).toEqual([undefined]);
  });

  test('is asked over more connections while these bring more bytes', async () => {
    const size = 24 * MIB;
    await using rig = await startEngineRig([{ ...file, size, perConnectionCap: 6 * MIB }]);
    expect(await rig.fetch('a.mp4')).toMatchObject({ size, sha256: seededSha256('a', size) });
    expect(rig.origin.log.peak('a.mp4')).toBeGreaterThan(1);
    expect(rig.origin.log.peak('a.mp4')).toBeLessThanOrEqual(4);
  });

  test('that has no more to give is not asked over many connections', async () => {
    const size = 16 * MIB;
    await using rig = await startEngineRig([{ ...file, size, bytesPerSecond: 5 * MIB }]);
    await rig.fetch('a.mp4', { connections: 16 });
    expect(rig.origin.log.peak('a.mp4')).toBeLessThanOrEqual(2);
  });

  test('goes on where a broken try stopped', async () => {
    await using rig = await startEngineRig([{ ...file, holdAt: [2 * MIB] }]);
    const stop = new AbortController();
    const broken = rig.fetch('a.mp4', {}, stop.signal);
    await rig.origin.reached('a.mp4', 2 * MIB);
    await expect.poll(() => rig.fetched.ranges).toEqual([[0, 2 * MIB]]);
    stop.abort(new Error('stopped'));
    await expect(broken).rejects.toThrow('stopped');
    rig.origin.release('a.mp4');
    expect(await rig.fetch('a.mp4')).toMatchObject(whole);
    const again = rig.origin.log.of('a.mp4')[1];
    expect(again).toMatchObject({ status: 206, range: `bytes=${2 * MIB - 4 * KIB}-${3 * MIB - 1}` });
    expect(again?.ifRange).toMatch(/^"/);
  });
});

/** A try that held 2 of 3 MiB, then one at an origin that lies from now on. */
async function resume(behaviour: Behaviour, before: Behaviour[] = []) {
  const rig = await startEngineRig([{ ...file, behaviour: before, holdAt: [2 * MIB] }]);
  const stop = new AbortController();
  const broken = rig.fetch('a.mp4', {}, stop.signal).catch(() => undefined);
  await expect.poll(() => rig.fetched.ranges).toEqual([[0, 2 * MIB]]);
  stop.abort(new Error('stopped'));
  await broken;
  rig.origin.release('a.mp4');
  rig.origin.change('a.mp4', { behaviour: [behaviour, ...before] });
  return rig;
}

describe('going on at an origin that lies', () => {
  test.each<[string, Behaviour]>([
    ['ignores ranges', noRanges()],
    ['begins earlier', wrongStart(-100)],
    ['begins later', wrongStart(100)],
    ['begins earlier and does not say so', wrongStart(-100, false)],
    ['begins later and does not say so', wrongStart(100, false)],
    ['says another total', otherTotal(50)],
    ['clips the end', clippedEnd(100 * KIB)],
    ['clips the end to nothing much', clippedEnd(100)],
    ['sends several parts', multipartPartial()],
    ['does not say which part it sends', noContentRange()],
    ['says nonsense of the part', brokenContentRange('bytes 5-2/7')],
    ['refuses the range', unsatisfiable()],
    ['refuses the range and says another size', unsatisfiable({ total: 50 })],
    ['refuses the range with a page', unsatisfiable({ total: 'none', page: true })],
    ['cuts each body', cutsAfter(700 * KIB)],
    ['cuts each body and has no lengths', cutsAfter(700 * KIB, 'chunked')],
    ['cuts bodies that end with the connection', onRanges(cutsAfter(700 * KIB, 'until_close'))],
    ['resets', cutsAfter(700 * KIB, 'content_length', 'reset')],
  ])('that %s brings the file all the same', async (_, behaviour) => {
    await using rig = await resume(behaviour);
    expect(await rig.fetch('a.mp4')).toMatchObject(whole);
  });

  test.each(['strong', 'weak', 'date', 'none', 'stale'] as const)(
    'whose file changed, of the same length, known by: %s',
    async (kind) => {
      const before = kind === 'strong' || kind === 'stale' ? [] : [validators(kind)];
      await using rig = await resume(changesAfter(0, { seed: 'b', validators: kind }), before);
      expect(await rig.fetch('a.mp4')).toMatchObject({ size: file.size, sha256: seededSha256('b', file.size) });
    },
  );

  test.each(['weak', 'date', 'none'] as const)('that knows its file only by %s goes on nevertheless', async (kind) => {
    await using rig = await resume((_, next) => next(), [validators(kind)]);
    expect(await rig.fetch('a.mp4')).toMatchObject(whole);
    expect(rig.origin.log.refetched('a.mp4')).toBeLessThanOrEqual(64 * KIB);
  });

  test('an origin without ranges is asked once more, and its answer is what is written', async () => {
    await using rig = await resume(noRanges());
    await rig.fetch('a.mp4');
    expect(rig.origin.log.of('a.mp4')).toHaveLength(2);
  });
});

describe('segments at an origin that lies', () => {
  const slow = { ...file, size: 12 * MIB, perConnectionCap: 4 * MIB };
  test.each<[string, Behaviour, string]>([
    ['ignores ranges', ignoresRangeOnResume(), 'a'],
    ['begins later and does not say so', wrongStart(100, false), 'a'],
    ['says another total', otherTotal(50), 'a'],
    ['clips the end', clippedEnd(300 * KIB), 'a'],
    ['sends several parts', multipartPartial(), 'a'],
    ['refuses ranges', unsatisfiable(), 'a'],
    ['has another file by now', changesAfter(1, { seed: 'b', validators: 'strong' }), 'b'],
    ['has another file by now under the same tag', changesAfter(1, { seed: 'b', validators: 'stale' }), 'b'],
    ['wants fewer connections', onRanges(busy(429)), 'a'],
  ])('that %s brings one file', async (_, behaviour, seed) => {
    await using rig = await startEngineRig([{ ...slow, behaviour }]);
    expect(await rig.fetch('a.mp4')).toMatchObject({ size: slow.size, sha256: seededSha256(seed, slow.size) });
    expect(rig.origin.log.of('a.mp4').length).toBeGreaterThan(1);
  });

  test('whose link expires for all of them is asked for a new link once', async () => {
    await using rig = await startEngineRig([{ ...slow, behaviour: expiresAfter(8 * MIB) }]);
    let resolves = 0;
    const resolveAgain = async () => {
      resolves += 1;
      const url = rig.origin.renew('a.mp4');
      return {
        engine: 'http' as const,
        url,
        headers: {},
        size: null,
        sha256: null,
        sha1: null,
        md5: null,
        crc32: null,
        ext: 'mp4',
      };
    };
    expect(await rig.fetch('a.mp4', { resolveAgain })).toMatchObject({ sha256: seededSha256('a', slow.size) });
    expect(resolves).toBe(1);
  });
});

describe('a body', () => {
  test.each<[string, Behaviour]>([
    ['in chunks', chunkedBody()],
    ['that is cut', cutsAfter(700 * KIB)],
    ['in chunks that is cut', cutsAfter(700 * KIB, 'chunked')],
    ['that ends with its connection too early', cutsAfter(700 * KIB, 'until_close')],
    ['with its length said twice', wrongLength('repeated')],
    ['whose chunks contradict its length', wrongLength('with_chunked')],
  ])('%s is read to its end', async (_, behaviour) => {
    await using rig = await startEngineRig([{ ...file, behaviour }]);
    expect(await rig.fetch('a.mp4')).toMatchObject(whole);
  });

  test.each<[string, Behaviour, string]>([
    ['a login page', loginPageAsVideo(), 'bad_content'],
    ['a message in JSON', jsonError(), 'bad_content'],
    ['a page behind a video’s beginning', videoHeadThenPage(), 'bad_content'],
    ['coded', coded(), 'bad_content'],
    ['said to be coded', claimsCoding('br'), 'bad_content'],
    ['of a negative length', wrongLength('negative'), 'bad_content'],
    ['of two lengths', wrongLength('duplicated'), 'bad_content'],
    ['longer than it is', wrongLength('long'), 'network'],
  ])('that is %s is refused', async (_, behaviour, reason) => {
    await using rig = await startEngineRig([{ ...file, behaviour }]);
    await expect(rig.fetch('a.mp4')).rejects.toMatchObject({ reason });
  });

  test('without a byte is an empty file', async () => {
    await using rig = await startEngineRig([{ ...file, behaviour: emptyBody() }]);
    expect(await rig.fetch('a.mp4')).toMatchObject({ size: 0 });
  });
});
