import type { Decipheriv } from 'node:crypto';
import { watchSpeed, type Watchdog } from '../engine/watchdog.ts';
import { Failure, toFailure } from '../failure.ts';
import { type Check, checkSeam, createCheck, type Kind, kindOf, type Span } from './content.ts';
import type { Timescales } from './fragment.ts';
import type { HlsFetched, HlsJob, Runs } from './job.ts';
import type { KeyRing } from './key.ts';
import { Line, type Pen } from './line.ts';
import type { Origin } from './origin.ts';
import type { Step } from './plan.ts';

/** Bytes of segments that wait for their turn, at most; of each, one more piece is in hand. */
const MOST_HELD = 8 * 1024 * 1024;
/** Enough to tell what a segment is. */
const HEAD = 1_024;

/** What is written already, and what of it those that come after need. */
export interface Written {
  runs: Runs;
  seconds: number;
  /** Of the stretch that goes on. */
  scales: Timescales;
}

export interface Conveying {
  job: HlsJob;
  origin: Origin;
  keys: KeyRing;
  validator: string;
  /** Of all that is planned, for the estimate; null when nobody knows. */
  totalSeconds: number | null;
}

/** What the segments of a stretch have in common. */
interface Common {
  kind: Kind | undefined;
  scales: Timescales;
  last: { span: Span; seconds: number } | undefined;
}

interface State extends Conveying {
  watchdog: Watchdog;
  line: Line;
  commons: Map<number, Common>;
  /** These are written by `note` alone, in the order of segments. */
  runs: Runs;
  bytes: number;
  seconds: number;
}

/**
 * Fetches segments, several at once, and writes them one after the other to the part file. Each is whole and fits to
 * the one before, or nothing behind it is written.
 * @param steps those that aren't written yet, in order
 * @returns all runs, the earlier ones too
 */
export async function convey(
  conveying: Conveying,
  steps: (signal: AbortSignal) => AsyncIterable<Step>,
  written: Written,
  signal: AbortSignal,
): Promise<Runs> {
  const { job } = conveying;
  const bytes = bytesOf(written.runs);
  const line = new Line(job.part.handle, { head: 0, position: bytes }, MOST_HELD);
  const going = written.runs.at(-1);
  const commons = new Map(going && [[going[0], { kind: undefined, scales: written.scales, last: undefined }]]);
  using watchdog = watchSpeed(job.leastBytesPerSecond);
  const state: State = { ...conveying, watchdog, line, commons, runs: written.runs, bytes, seconds: written.seconds };
  const broken = new AbortController();
  const either = AbortSignal.any([signal, broken.signal, watchdog.signal]);
  const queue = numbered(steps(either));
  const lane = async () => {
    for (let next = await queue.next(); !next.done; next = await queue.next())
      await fetchStep(state, ...next.value, either);
  };
  const lanes = Array.from({ length: job.connections }, () => lane().catch((error) => broken.abort(error)));
  // Nobody writes to the file any more when this is over.
  await Promise.all(lanes);
  signal.throwIfAborted();
  if (broken.signal.aborted) throw toFailure(broken.signal.reason);
  return state.runs;
}

/** Bytes of all runs: where the next one begins in the part file. */
export const bytesOf = (runs: Runs) => runs.reduce((sum, [, , bytes]) => sum + bytes, 0);

async function* numbered(steps: AsyncIterable<Step>): AsyncGenerator<[Step, number], void> {
  let number = 0;
  for await (const step of steps) yield [step, number++];
}

async function fetchStep(state: State, step: Step, number: number, signal: AbortSignal): Promise<void> {
  const { piece, stretch } = step;
  const common = state.commons.get(stretch) ?? { kind: undefined, scales: new Map(), last: undefined };
  state.commons.set(stretch, common);
  using pen = state.line.pen(number);
  try {
    let reading: Reading | undefined;
    const begin = async () => {
      pen.begin();
      reading = { pen, common, head: Buffer.alloc(0), ...(await openReading(state, step, signal)) };
    };
    const write = async (bytes: Buffer) => {
      // In this order: whoever waits for its turn holds nothing that the one at the head may need.
      await pen.room(bytes.length, signal);
      const wait = state.job.passes(bytes.length, signal);
      if (wait) state.watchdog.heldBack(wait);
      await wait;
      state.watchdog.fed(bytes.length);
      await read(reading!, reading!.decipher?.update(bytes) ?? bytes);
      await state.job.onWritten(fetchedOf(state), bytes.length);
    };
    await state.origin.stream(piece, { begin, write }, signal);
    const check = await endReading(reading!);
    await pen.turn(signal);
    const span = check.span();
    if (span && common.last) checkSeam(common.last.span, span, common.last.seconds, step.sequence);
    if (!step.isMap) common.last = span ? { span, seconds: step.seconds } : undefined;
  } catch (error) {
    signal.throwIfAborted();
    throw located(toFailure(error), step);
  }
  note(state, step, await pen.end());
  await state.job.onWritten(fetchedOf(state), 0);
  pen.leave();
}

/** A segment on its way through: deciphered, looked at, written or held. */
interface Reading {
  pen: Pen;
  common: Common;
  decipher: Decipheriv | null;
  /** The first bytes, until they say what it is. */
  head: Buffer;
  check: Check | undefined;
}

async function openReading({ keys }: State, { piece: { key } }: Step, signal: AbortSignal) {
  return { decipher: key && (await keys.decipher(key, signal)), check: undefined };
}

async function read(reading: Reading, piece: Buffer): Promise<void> {
  if (reading.check) reading.check.add(piece);
  else {
    reading.head = Buffer.concat([reading.head, piece]);
    if (reading.head.length >= HEAD) recognise(reading);
  }
  await reading.pen.write(piece);
}

/** A stretch is of one kind: what doesn't fit to the rest can't be joined with it. */
function recognise(reading: Reading): Check {
  const kind = kindOf(reading.head);
  if ((reading.common.kind ??= kind) !== kind) {
    throw new Failure('bad_content', `The stream goes on as ${kind} where it was ${reading.common.kind}.`);
  }
  reading.check = createCheck(kind, reading.common.scales);
  reading.check.add(reading.head);
  return reading.check;
}

async function endReading(reading: Reading): Promise<Check> {
  if (reading.decipher) await read(reading, lastBlock(reading.decipher));
  if (!reading.check && reading.head.length === 0)
    throw new Failure('bad_content', 'A segment of the stream is empty.');
  const check = reading.check ?? recognise(reading);
  check.end();
  return check;
}

function lastBlock(decipher: Decipheriv): Buffer {
  try {
    return decipher.final();
  } catch (error) {
    // The padding is wrong: the end is missing, or it is another key's.
    throw new Failure(
      'bad_content',
      'A segment of the stream can’t be decrypted: it is cut short, or its key is wrong.',
      {
        error,
      },
    );
  }
}

/** Says which segment it was; the queue and the page know nothing of segments. */
function located(failure: Failure, { sequence, isMap }: Step): Failure {
  const { reason, retryAfter, burns } = failure;
  const what = isMap ? `The map of segment ${sequence}` : `Segment ${sequence}`;
  if (reason === 'gone')
    return new Failure('gone', `${what} of the stream is missing. ${failure.message}`, { error: failure });
  if (reason !== 'bad_content' || failure.message.includes(`egment ${sequence} `)) return failure;
  return new Failure(reason, `${failure.message} (${what.toLowerCase()})`, { retryAfter, burns, error: failure });
}

function note(state: State, { stretch, seconds }: Step, bytes: number): void {
  // A new list each time: the one before may be on its way into a checkpoint.
  const last = state.runs.at(-1);
  if (last?.[0] === stretch) state.runs = [...state.runs.slice(0, -1), [stretch, last[1] + 1, last[2] + bytes]];
  else state.runs = [...state.runs, [stretch, 1, bytes]];
  state.bytes += bytes;
  state.seconds += seconds;
}

function fetchedOf({ validator, runs, bytes, seconds, totalSeconds }: State): HlsFetched {
  const total = totalSeconds === null || seconds === 0 ? null : Math.round((bytes / seconds) * totalSeconds);
  return { validator, total, ranges: bytes > 0 ? [[0, bytes]] : [], runs };
}
