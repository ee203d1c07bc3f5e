import { Failure, toFailure } from '../failure.ts';
import type { Engine, Fetched, FetchJob } from './engine.ts';
import { type Entity, readEntity, refuseText } from './entity.ts';
import { addRange, gapsOf, type Ranges, sizeOf, splitGaps } from './ranges.ts';
import { get, type Reply } from './request.ts';

/**
 * Fetches over HTTP (RFC 9110): in segments over several connections where the origin takes ranges and names the entity
 * with a strong validator, else as one stream.
 *
 * Every segment asks with If-Range and checks what comes: a 206 of the same entity, beginning where it was asked to. A
 * 200 instead means that the entity is another one or that ranges are ignored; then everything written is forgotten and
 * the file is fetched as one stream, once.
 */
export const fetchHttp: Engine = async (job, signal) => {
  const state: State = { job, fetched: usable(job.start) };
  try {
    return await fetchOnce(state, signal);
  } catch (error) {
    if (!(error instanceof EntityChanged)) throw error;
    await forget(state);
    return fetchOnce(state, signal);
  }
};

/** No segment is smaller: below this a connection costs more than it brings. */
const LEAST_SEGMENT = 1024 * 1024;
/** Times that a segment goes on after its connection broke, while it still makes progress. */
const MOST_RECONNECTS = 3;

/** The entity is not the one that was begun, or the origin ignores ranges. */
class EntityChanged extends Error {}

interface State {
  job: FetchJob;
  fetched: Fetched;
}

// Without a strong validator nothing says that the next bytes belong to the same file.
function usable(start: Fetched): Fetched {
  return start.validator && start.total !== null ? start : { validator: null, total: null, ranges: [] };
}

async function forget(state: State) {
  state.fetched = { validator: null, total: null, ranges: [] };
  await state.job.onWritten(state.fetched, 0);
}

async function fetchOnce(state: State, signal: AbortSignal): Promise<number> {
  const { validator, total, ranges } = state.fetched;
  if (total !== null && sizeOf(ranges) === total) return total;
  const from = total === null ? 0 : (gapsOf(ranges, total)[0]?.[0] ?? 0);
  const reply = await ask(state, `bytes=${from}-`, validator, signal);
  if (reply.status === 416) return notSatisfiable(state, reply);
  const entity = readEntity(reply);
  if (reply.status === 200) return stream(state, reply, entity, signal);
  if (entity.start !== from) return refuse(reply, 'The source sent another part than the one asked for.');
  if (validator !== null && (entity.validator !== validator || entity.total !== total)) changed(reply);
  if (entity.total === null || entity.validator === null) return stream(state, reply, entity, signal);
  state.fetched = { ...state.fetched, validator: entity.validator, total: entity.total };
  return segments(state, reply, entity.total, signal);
}

const ask = (state: State, range: string, ifRange: string | null, signal: AbortSignal) =>
  get(state.job.source.url, { headers: state.job.source.headers, range, ifRange }, signal);

function refuse(reply: Reply, detail: string): never {
  reply.body.destroy();
  throw new Failure('bad_content', detail);
}

function changed(reply: Reply): never {
  reply.body.destroy();
  throw new EntityChanged();
}

/** An empty file, or one that is shorter than what we hold of it: nothing of ours can be trusted then. */
function notSatisfiable(state: State, reply: Reply): never {
  if (sizeOf(state.fetched.ranges) > 0) changed(reply);
  return refuse(reply, 'The source has no bytes to give.');
}

/** One stream from the start, trusted only when the end is where the length said it would be. */
async function stream(state: State, reply: Reply, entity: Entity, signal: AbortSignal): Promise<number> {
  if (entity.start !== 0) return refuse(reply, 'The source sent another part than the one asked for.');
  state.fetched = { validator: entity.validator, total: entity.total, ranges: [] };
  await state.job.onWritten(state.fetched, 0);
  const expected = entity.total;
  const end = await copy(state, reply, { start: 0, end: expected ?? Number.MAX_SAFE_INTEGER }, signal);
  if (expected !== null && end !== expected) throw new Failure('network', 'The connection ended before the file did.');
  return end;
}

/** Works off all gaps with up to `connections` at once; the first reply is the first segment's. */
async function segments(state: State, first: Reply, total: number, signal: AbortSignal): Promise<number> {
  const queue = [...splitGaps(gapsOf(state.fetched.ranges, total), state.job.connections, LEAST_SEGMENT)];
  const broken = new AbortController();
  const either = AbortSignal.any([signal, broken.signal]);
  let opened: Reply | undefined = first;
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const reply = opened;
      opened = undefined;
      await segment(state, next, reply, either);
    }
  };
  const lanes = Array.from({ length: Math.min(state.job.connections, queue.length) }, async () => {
    try {
      await lane();
    } catch (error) {
      broken.abort(error);
      throw error;
    }
  });
  await settleAll(lanes, broken.signal);
  return total;
}

/** Waits for all, so that nobody writes to the file any more, then throws what broke first. */
async function settleAll(lanes: Promise<void>[], broken: AbortSignal) {
  const results = await Promise.allSettled(lanes);
  if (results.some((result) => result.status === 'rejected')) throw broken.reason;
}

async function segment(state: State, [start, end]: Ranges[number], opened: Reply | undefined, signal: AbortSignal) {
  let at = start;
  let reconnects = 0;
  let reply = opened;
  while (at < end) {
    const before = at;
    try {
      reply ??= await askSegment(state, at, end, signal);
      at = await copy(state, reply, { start: at, end }, signal, (position) => (at = position));
      if (at < end) throw new Failure('network', 'The connection ended before the file did.');
    } catch (error) {
      const failure = error instanceof EntityChanged ? error : toFailure(error);
      const again = failure instanceof Failure && failure.reason === 'network' && at > before;
      if (signal.aborted || !again || ++reconnects > MOST_RECONNECTS) throw failure;
    }
    reply = undefined;
  }
}

async function askSegment(state: State, start: number, end: number, signal: AbortSignal): Promise<Reply> {
  const { validator, total } = state.fetched;
  const reply = await ask(state, `bytes=${start}-${end - 1}`, validator, signal);
  if (reply.status !== 206) return changed(reply);
  const entity = readEntity(reply);
  if (entity.validator !== validator || entity.total !== total) changed(reply);
  if (entity.start !== start) return refuse(reply, 'The source sent another part than the one asked for.');
  return reply;
}

/**
 * Writes a body to its place and gives back where it ended. Bytes beyond `end` are another segment's and are left; a
 * body that is longer than the whole file is refused.
 */
async function copy(
  state: State,
  reply: Reply,
  { start, end }: { start: number; end: number },
  signal: AbortSignal,
  onPosition?: (position: number) => void,
): Promise<number> {
  let at = start;
  try {
    for await (const chunk of reply.body as AsyncIterable<Buffer>) {
      signal.throwIfAborted();
      if (at === 0) refuseText(reply, chunk);
      const bytes = chunk.subarray(0, Math.max(0, end - at));
      await state.job.part.handle.write(bytes, 0, bytes.length, at);
      state.fetched = { ...state.fetched, ranges: addRange(state.fetched.ranges, at, at + bytes.length) };
      at += bytes.length;
      onPosition?.(at);
      await state.job.onWritten(state.fetched, bytes.length);
      if (at >= end) break;
    }
    return at;
  } catch (error) {
    signal.throwIfAborted();
    throw toFailure(error);
  } finally {
    reply.body.destroy();
  }
}
