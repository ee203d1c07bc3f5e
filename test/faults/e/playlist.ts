import { createCipheriv } from 'node:crypto';
import {
  type Listed,
  listOf,
  mediaPlaylist,
  transportSegment,
} from '../../../services/downloader/src/hls/packet.fixture.ts';
import { type HlsRig, NO_FFMPEG, startHlsRig } from '../../../services/downloader/src/hls/rig.fixture.ts';
import type { FaultCase, FaultContext } from '../case.ts';

/** Segments of a stream, of a second each. */
const COUNT = 12;
const TIMES = 5;
const MANY = 50_000;
const MOST_MIB = 256;
const CONNECTIONS = 4;

const segment = (n: number) => transportSegment(n, 1);
const whole = Buffer.concat(Array.from({ length: COUNT }, (_, n) => segment(n)));
const SIZE = segment(0).length;
const PACKET = 188;

interface Lie {
  name: string;
  expected: 'whole' | 'failed';
  /** @param at segment of the lie, never the first or the last; @param random in [0, 1) */
  tell: (rig: HlsRig, at: number, random: () => number) => void;
  live?: boolean;
}

const listed = (rig: HlsRig, list: Listed[]) => rig.origin.lies.set('a.m3u8', mediaPlaylist(list));
const name = (at: number) => `s${at}.ts`;

/** Breaks the connection within a segment, so many times. */
const breaks = (rig: HlsRig, at: number, times: number) => {
  let left = times;
  rig.origin.lies.set(name(at), (_, response) => {
    const data = segment(at);
    response.writeHead(200, { 'content-length': data.length });
    if (left-- > 0) response.write(data.subarray(0, data.length / 2), () => response.destroy());
    else response.end(data);
  });
};

/** Gives the next of these at each request for the playlist, the last one for ever. */
const series = (rig: HlsRig, next: (nth: number) => string) => {
  let nth = 0;
  rig.origin.lies.set('a.m3u8', (_, response) => void response.end(next(nth++)));
};

const running = (list: Listed[], ended = false) => mediaPlaylist(list, { ended, target: 0.05 });

const encrypt = (rig: HlsRig, key: Buffer | null) => {
  const [first, ...rest] = listOf(COUNT);
  listed(rig, [{ ...first!, tags: ['#EXT-X-KEY:METHOD=AES-128,URI="key"'] }, ...rest]);
  if (key) rig.origin.lies.set('key', key);
  for (let n = 0; n < COUNT; n += 1) {
    const iv = Buffer.alloc(16);
    iv.writeUInt32BE(n, 12);
    const cipher = createCipheriv('aes-128-cbc', Buffer.alloc(16, 7), iv);
    rig.origin.lies.set(name(n), Buffer.concat([cipher.update(segment(n)), cipher.final()]));
  }
};

const ranges = (rig: HlsRig, offset: (n: number) => number, end: (n: number) => number) => {
  rig.origin.lies.set('all.ts', whole);
  const tag = (n: number) => `#EXT-X-BYTERANGE:${end(n) - offset(n)}@${offset(n)}`;
  listed(
    rig,
    Array.from({ length: COUNT }, (_, n) => ({ name: 'all.ts', seconds: 1, tags: [tag(n)] })),
  );
};

const lies: Lie[] = [
  { name: 'missing segment', expected: 'failed', tell: ({ origin }, at) => void origin.lies.delete(name(at)) },
  {
    name: 'segment missing in the list',
    expected: 'failed',
    tell: (rig, at) => listed(rig, listOf(COUNT).toSpliced(at, 1)),
  },
  {
    name: 'segment cut anywhere',
    expected: 'failed',
    tell: ({ origin }, at, random) => {
      const length = 1 + Math.floor(random() * (SIZE - PACKET));
      origin.lies.set(name(at), segment(at).subarray(0, length % PACKET === 0 ? length - 1 : length));
    },
  },
  {
    name: 'segment cut between packets',
    expected: 'failed',
    tell: ({ origin }, at, random) =>
      origin.lies.set(name(at), segment(at).subarray(0, PACKET * (1 + Math.floor(random() * 11)))),
  },
  { name: 'connection broken twice', expected: 'whole', tell: (rig, at) => breaks(rig, at, 2) },
  {
    name: 'connection broken each time',
    expected: 'failed',
    tell: (rig, at) => breaks(rig, at, Number.POSITIVE_INFINITY),
  },
  {
    name: 'segment listed twice',
    expected: 'whole',
    tell: (rig, at) => listed(rig, listOf(COUNT).toSpliced(at, 0, listOf(COUNT)[at]!)),
  },
  {
    name: 'list that goes back',
    expected: 'failed',
    tell: (rig, at) => listed(rig, [...listOf(COUNT), ...listOf(1, at)]),
  },
  {
    name: 'content of the segment before',
    expected: 'failed',
    tell: ({ origin }, at) => origin.lies.set(name(at), segment(at - 1)),
  },
  {
    name: 'page instead of a segment',
    expected: 'failed',
    tell: ({ origin }, at) => origin.lies.set(name(at), '<html><body>Sign in'),
  },
  { name: 'key that is there', expected: 'whole', tell: (rig) => encrypt(rig, Buffer.alloc(16, 7)) },
  { name: 'key that is missing', expected: 'failed', tell: (rig) => encrypt(rig, null) },
  { name: 'key of another stream', expected: 'failed', tell: (rig) => encrypt(rig, Buffer.alloc(16, 8)) },
  {
    name: 'page instead of a key',
    expected: 'failed',
    tell: (rig) => encrypt(rig, Buffer.from('<html><body>Sign in')),
  },
  {
    name: 'ranges that overlap',
    expected: 'whole',
    tell: (rig, at) =>
      ranges(
        rig,
        (n) => n * SIZE - (n === at ? 2 * PACKET : 0),
        (n) => (n + 1) * SIZE,
      ),
  },
  {
    name: 'ranges that leave some out',
    expected: 'failed',
    tell: (rig, at) =>
      ranges(
        rig,
        (n) => n * SIZE,
        (n) => (n + 1) * SIZE - (n === at ? 20 * PACKET : 0),
      ),
  },
  {
    name: 'range beyond the end',
    expected: 'failed',
    tell: (rig) =>
      ranges(
        rig,
        (n) => n * SIZE,
        (n) => (n + 1) * SIZE + (n === COUNT - 1 ? PACKET : 0),
      ),
  },
  {
    name: 'running playlist that grows to its end',
    expected: 'whole',
    live: true,
    tell: (rig, at) => series(rig, (nth) => running(listOf(Math.min(COUNT, at + 3 * nth)), at + 3 * nth >= COUNT)),
  },
  {
    name: 'running playlist that shrinks',
    expected: 'failed',
    live: true,
    tell: (rig, at) => series(rig, (nth) => running(listOf(nth === 0 ? COUNT : at), nth > 0)),
  },
  {
    name: 'running playlist that moves on too fast',
    expected: 'failed',
    live: true,
    tell: (rig, at) =>
      series(rig, (nth) =>
        mediaPlaylist(listOf(2, nth * at * 3), { ended: false, sequence: nth * at * 3, target: 0.05 }),
      ),
  },
  {
    name: 'running playlist without an end',
    expected: 'failed',
    live: true,
    tell: (rig) => {
      // An hour each, so that a day is over soon.
      for (let n = 0; n < 40; n += 1) rig.origin.lies.set(name(n), transportSegment(n * 3_600, 3_600, 0.01));
      series(rig, (nth) => running(listOf(Math.min(40, 4 * (nth + 1))).map((one) => ({ ...one, seconds: 3_600 }))));
    },
  },
  {
    name: 'playlist whose text never ends',
    expected: 'failed',
    tell: ({ origin }) =>
      void origin.lies.set('a.m3u8', (_, response) => {
        const line = Buffer.from(`#EXTM3U\n${'#EXTINF:1,\ns0.ts\n'.repeat(10_000)}`);
        const more = () => void response.write(line, (error) => error ?? more());
        more();
      }),
  },
];

/** E12 */
export const lyingPlaylists: FaultCase = {
  id: 'E12',
  title:
    'streams whose playlists, segments or keys are missing, short, twice, endless or something else; 50,000 segments',
  async run(context) {
    const figures: Record<string, number> = { lies: lies.length };
    const broken: string[] = [];
    for (const lie of lies) broken.push(...(await tellLie(lie, context, figures)));
    broken.push(...(await fetchMany(figures)));
    return { held: broken.length === 0, figures, broken };
  },
};

async function tellLie(
  lie: Lie,
  { random, times = TIMES }: FaultContext,
  figures: Record<string, number>,
): Promise<string[]> {
  const broken: string[] = [];
  for (let i = 0; i < times; i += 1) {
    await using rig = await startHlsRig();
    for (let n = 0; n < COUNT; n += 1) rig.origin.lies.set(name(n), segment(n));
    listed(rig, listOf(COUNT));
    const at = 1 + Math.floor(random() * (COUNT - 2));
    lie.tell(rig, at, random);
    const outcome = await outcomeOf(rig, lie.live === true);
    figures[outcome.kind] = (figures[outcome.kind] ?? 0) + 1;
    if (outcome.kind !== lie.expected)
      broken.push(`I3: ${lie.name} at ${at}: ${outcome.kind}, not ${lie.expected}. ${outcome.said}`);
    if (rig.origin.peak > CONNECTIONS) broken.push(`I7: ${lie.name}: ${rig.origin.peak} requests at once`);
  }
  return broken;
}

async function outcomeOf(rig: HlsRig, live: boolean): Promise<{ kind: 'whole' | 'failed' | 'gap'; said: string }> {
  const settings = { ...NO_FFMPEG.settings, live: live ? ('follow' as const) : ('refuse' as const) };
  try {
    await rig.fetch('a.m3u8', { settings, connections: CONNECTIONS });
  } catch (error) {
    return { kind: 'failed', said: (error as Error).message };
  }
  return { kind: (await rig.bytes()).equals(whole) ? 'whole' : 'gap', said: '' };
}

/** A stream of as many segments as a day has in pieces of two seconds. */
async function fetchMany(figures: Record<string, number>): Promise<string[]> {
  await using rig = await startHlsRig();
  const frame = 1 / 25;
  for (let n = 0; n < MANY; n += 1) rig.origin.lies.set(name(n), transportSegment(n * frame, frame));
  listed(
    rig,
    listOf(MANY).map((one) => ({ ...one, seconds: frame })),
  );
  const before = process.memoryUsage().rss;
  let most = before;
  const begun = performance.now();
  const onWritten = () => void (most = Math.max(most, process.memoryUsage.rss()));
  await rig.fetch('a.m3u8', { ...NO_FFMPEG, connections: CONNECTIONS, onWritten });
  figures.many_seconds = Math.round((performance.now() - begun) / 100) / 10;
  figures.many_mib = Math.round((most - before) / 2 ** 20);
  const expected = Buffer.concat(Array.from({ length: MANY }, (_, n) => transportSegment(n * frame, frame)));
  const broken = figures.many_mib > MOST_MIB ? [`I7: ${figures.many_mib} MiB for ${MANY} segments`] : [];
  return (await rig.bytes()).equals(expected) ? broken : [...broken, `I3: ${MANY} segments are not the stream`];
}
