const PACKET = 188;
const CLOCK = 90_000;

/**
 * A transport stream of bare packets, one for each frame, whose times run from `from` on. No player shows it, but it has
 * all that is looked at while a stream passes.
 */
export function transportSegment(from: number, seconds: number, rate = 25): Buffer {
  const frames = Math.round(seconds * rate);
  return Buffer.concat(Array.from({ length: frames }, (_, i) => packet(Math.round((from + i / rate) * CLOCK))));
}

function packet(time: number): Buffer {
  const data = Buffer.alloc(PACKET, time % 251);
  Buffer.from([0x47, 0x41, 0x00, 0x10, 0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5]).copy(data);
  const [high, middle, low] = [Math.floor(time / 2 ** 30) & 7, Math.floor(time / 2 ** 15) & 0x7fff, time & 0x7fff];
  data[13] = 0x21 | (high << 1);
  data.writeUInt16BE((middle << 1) | 1, 14);
  data.writeUInt16BE((low << 1) | 1, 16);
  return data;
}

export interface Listed {
  name: string;
  seconds: number;
  /** Lines before it. */
  tags?: string[];
}

/** The text of a media playlist. */
export function mediaPlaylist(
  listed: Listed[],
  options: { ended?: boolean; sequence?: number; target?: number } = {},
): string {
  const { ended = true, sequence = 0, target = 2 } = options;
  const head = ['#EXTM3U', '#EXT-X-VERSION:4', `#EXT-X-TARGETDURATION:${target}`, `#EXT-X-MEDIA-SEQUENCE:${sequence}`];
  const body = listed.flatMap(({ name, seconds, tags = [] }) => [...tags, `#EXTINF:${seconds.toFixed(3)},`, name]);
  return `${[...head, ...body, ...(ended ? ['#EXT-X-ENDLIST'] : [])].join('\n')}\n`;
}

/** Names of so many segments of a second each: `s0.ts`, `s1.ts` and so on. */
export function listOf(count: number, first = 0): Listed[] {
  return Array.from({ length: count }, (_, i) => ({ name: `s${first + i}.ts`, seconds: 1 }));
}
