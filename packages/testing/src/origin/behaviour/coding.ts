import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type Behaviour, type Part, type Reply, withHeaders } from '../reply.ts';
import { seededBytes } from '../seeded.ts';

/** Codings are made in memory, so a file that is to be coded must stay below this. */
const largestCoded = 64 * 1024 * 1024;

/** Codes every body although identity was asked for; a 206 carries a coded part, which no client can put in its place. */
export function coded(coding: 'gzip' | 'br' = 'gzip'): Behaviour {
  return (_, next) => recode(next(), coding, coding === 'gzip' ? gzipSync : brotliCompressSync);
}

/** Codes every body `depth` times over and names each coding. */
export function codedDeep(depth = 10): Behaviour {
  const names = Array(depth).fill('gzip').join(', ');
  return (_, next) =>
    recode(next(), names, (data) => Array.from({ length: depth }).reduce<Buffer>((inner) => gzipSync(inner), data));
}

/** Says that the body is coded when it isn't. */
export function claimsCoding(coding = 'gzip'): Behaviour {
  return (_, next) => withHeaders(next(), { 'Content-Encoding': coding });
}

/** In place of the file, zeros that gzip to about a thousandth: `decodedSize` bytes once they are decoded. */
export function bomb(decodedSize: number): Behaviour {
  return ({ entity }) => {
    const zeros: Part[] = [{ kind: 'literal', data: Buffer.alloc(decodedSize) }];
    const plain: Reply = { status: 200, headers: [['Content-Type', entity.type]], body: zeros, ending: 'keep' };
    return recode(plain, 'gzip', gzipSync);
  };
}

function recode(reply: Reply, coding: string, code: (data: Buffer) => Buffer): Reply {
  const data = code(Buffer.concat(reply.body.map(bytesOf)));
  const body: Part[] = [{ kind: 'literal', data }];
  return withHeaders({ ...reply, body }, { 'Content-Encoding': coding, 'Content-Length': String(data.length) });
}

function bytesOf(part: Part): Buffer {
  if (part.kind === 'literal') return part.data;
  if (part.kind === 'stall') throw new Error('a stalled body cannot be coded');
  if (part.to - part.from > largestCoded) throw new Error(`a body over ${largestCoded} bytes cannot be coded`);
  return seededBytes(part.seed, part.from, part.to);
}
