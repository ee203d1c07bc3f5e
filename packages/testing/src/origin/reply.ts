import type { Seed } from './seeded.ts';

/** A file of the origin. `bytesPerSecond` is shared by all connections, `perConnectionCap` holds for each; 0 is no limit. */
export type OriginFile = {
  name: string;
  seed: Seed;
  size: number;
  bytesPerSecond?: number;
  perConnectionCap?: number;
  /** From the outermost to the innermost; without any the file is served honestly. */
  behaviour?: Behaviour | readonly Behaviour[];
  /** Offsets at which the stream stops until it is released, as if `hold` had been called for each. */
  holdAt?: readonly number[];
};

/** One request as it came. Header names are in lower case; `nth` counts the requests for this file from 1. */
export type OriginRequest = {
  method: string;
  name: string;
  query: URLSearchParams;
  headers: ReadonlyMap<string, string>;
  nth: number;
  connection: number;
};

/** What the file is at this moment: its bytes and the validators it is known by. */
export type Entity = {
  seed: Seed;
  size: number;
  type: string;
  etag?: string;
  lastModified?: string;
};

export type Exchange = { request: OriginRequest; entity: Entity };

/** One stretch of a body: bytes of a seed (`from` up to, not including, `to`), literal bytes, or nothing for ever. */
export type Part =
  | { kind: 'seeded'; seed: Seed; from: number; to: number }
  | { kind: 'literal'; data: Buffer }
  | { kind: 'stall' };

/**
 * What goes over the wire, exactly as said: headers in their order, repeated or contradictory if that is what stands here.
 *
 * - `ending`: `keep` the connection, `close` it (FIN), or `reset` it (RST) once the body is out.
 * - `chunked`: `whole` frames the body and ends it, `unfinished` leaves out the last chunk.
 * - `silent`: nothing is sent at all, the connection stays open until the client gives up.
 * - `budget`: body bytes that this and other replies may still send together; the connection is closed when it is used up.
 */
export type Reply = {
  status: number;
  headers: readonly (readonly [name: string, value: string])[];
  body: readonly Part[];
  ending: 'keep' | 'close' | 'reset';
  chunked?: 'whole' | 'unfinished';
  silent?: boolean;
  bytesPerSecond?: number;
  budget?: { left: number };
};

/** Answers a request, or changes what the behaviours within it answer. It may hand them another entity or request. */
export type Behaviour = (exchange: Exchange, next: (exchange?: Exchange) => Reply) => Reply;

/** One behaviour out of several, the first being outermost; `innermost` answers when none of them does. */
export function compose(
  behaviours: readonly Behaviour[],
  innermost: (exchange: Exchange) => Reply,
): (exchange: Exchange) => Reply {
  return behaviours.reduceRight<(exchange: Exchange) => Reply>(
    (inner, behaviour) => (exchange) => behaviour(exchange, (changed) => inner(changed ?? exchange)),
    innermost,
  );
}

/** A whole reply with a literal body and its true length. */
export function literal(status: number, type: string, text: string | Buffer): Reply {
  const data = Buffer.from(text);
  const headers = [
    ['Content-Type', type],
    ['Content-Length', String(data.length)],
  ] as const;
  return { status, headers, body: [{ kind: 'literal', data }], ending: 'keep' };
}

/** The reply with some headers replaced (or added at the end) and those set to `undefined` left out. */
export function withHeaders(reply: Reply, changes: Readonly<Record<string, string | undefined>>): Reply {
  const changed = new Set(Object.keys(changes).map((name) => name.toLowerCase()));
  const kept = reply.headers.filter(([name]) => !changed.has(name.toLowerCase()));
  const added = Object.entries(changes).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { ...reply, headers: [...kept, ...added] };
}

/** How many bytes a body has; a stall has none. */
export function bodyLength(body: readonly Part[]): number {
  return body.reduce((sum, part) => sum + partLength(part), 0);
}

/** The first `length` bytes of a body. */
export function cutBody(body: readonly Part[], length: number): Part[] {
  let left = length;
  return body.flatMap((part): Part[] => {
    const take = Math.min(left, partLength(part));
    left -= take;
    if (take === 0) return [];
    if (part.kind === 'seeded') return [{ ...part, to: part.from + take }];
    return part.kind === 'literal' ? [{ ...part, data: part.data.subarray(0, take) }] : [];
  });
}

function partLength(part: Part): number {
  if (part.kind === 'seeded') return part.to - part.from;
  return part.kind === 'literal' ? part.data.length : 0;
}
