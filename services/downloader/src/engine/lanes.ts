import { setTimeout as delay } from 'node:timers/promises';
import { Failure, toFailure } from '../failure.ts';
import { copyBody, type Lane } from './copy.ts';
import { type Opened, openPart } from './opening.ts';
import { gapsOf } from './ranges.ts';
import { Restart, type Transfer } from './transfer.ts';

/**
 * Fetches what is missing of a file over one connection, and over more as long as more of them bring more bytes.
 *
 * A connection works in a lane. One that has reached its end takes the next gap, else the second half of the longest lane. One
 * that the origin refuses, while others run, leaves its lane to them. The last one's failure is the file's.
 */
interface Crew {
  transfer: Transfer;
  /** Gaps that nobody works on, in the file's order. */
  waiting: Lane[];
  /** Each with what ends its connection. */
  running: Map<Lane, AbortController>;
  /** Connections that make sense, as far as is known. */
  most: number;
  /** Bytes a second of all together. */
  speed: number;
  over: PromiseWithResolvers<void>;
  broken: { error: unknown } | undefined;
}

/** No lane is cut shorter: below this a connection costs more than it brings. */
const LEAST_LANE = 1024 * 1024;
/** Work for less than so long is left to the connections that there are. */
const LEAST_SECONDS = 1;
/** How often it is decided whether more connections are opened. */
const GROWTH_MS = 400;
/** More connections must bring so much more speed, or there are enough of them. */
const GROWTH_WORTH = 1.15;
/** A connection that broke goes on when it brought so much, or a few times in a row without. */
const LEAST_PROGRESS = 256 * 1024;
const MOST_FRUITLESS = 3;

/**
 * Works off all gaps of a file whose size is known.
 * @param opened a body for the first gap
 * @param most connections at the most
 * @throws Restart; Failure
 */
export async function fetchGaps(transfer: Transfer, opened: Opened | undefined, most: number): Promise<void> {
  const gaps = gapsOf(transfer.fetched.ranges, transfer.fetched.total!);
  const waiting = gaps.map(([at, end]): Lane => ({ at, end }));
  const over = Promise.withResolvers<void>();
  const crew: Crew = { transfer, waiting, running: new Map(), most, speed: 0, over, broken: undefined };
  const first = waiting.shift();
  if (!first) return;
  send(crew, first, opened);
  using _growth = grow(crew);
  await over.promise;
  if (crew.broken) throw crew.broken.error;
}

/** Opens connections, each time as many as there are already, while they bring more. */
function grow(crew: Crew): Disposable {
  const { transfer, running } = crew;
  let { received } = transfer;
  let isYoung = false;
  const timer = setInterval(() => {
    const speed = ((transfer.received - received) * 1_000) / GROWTH_MS;
    received = transfer.received;
    // What was opened just now may not have brought a byte yet: the second look after it judges.
    if (isYoung || speed === 0) return void (isYoung = false);
    if (speed < crew.speed * GROWTH_WORTH) crew.most = Math.max(1, Math.min(crew.most, running.size));
    crew.speed = speed;
    isYoung = hire(crew);
  }, GROWTH_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** @returns whether any was opened */
function hire(crew: Crew): boolean {
  const { transfer, running, most } = crew;
  const before = running.size;
  while (!crew.broken && running.size < Math.min(most, 2 * before) && transfer.job.hosts.hasRoom(hostOf(transfer))) {
    const lane = nextLane(crew);
    if (!lane) break;
    send(crew, lane, undefined);
  }
  return running.size > before;
}

const hostOf = (transfer: Transfer) => new URL(transfer.source.url).host;

/** The next gap, else the second half of the longest lane. */
function nextLane({ waiting, running, speed }: Crew): Lane | undefined {
  const gap = waiting.shift();
  if (gap) return gap;
  const [longest] = [...running.keys()].sort((a, b) => b.end - b.at - (a.end - a.at));
  if (!longest) return undefined;
  const left = longest.end - longest.at;
  if (left < Math.max(2 * LEAST_LANE, (speed / running.size) * LEAST_SECONDS)) return undefined;
  const { end } = longest;
  longest.end = longest.at + Math.ceil(left / 2);
  return { at: longest.end, end };
}

/** Lets a connection work in a lane, and then in the next. */
function send(crew: Crew, lane: Lane, opened: Opened | undefined): void {
  const stop = new AbortController();
  crew.running.set(lane, stop);
  void work(crew, lane, opened, stop)
    .catch((error: unknown) => giveUp(crew, lane, error))
    .finally(() => {
      crew.running.delete(lane);
      if (crew.running.size > 0) return;
      const left = crew.broken ? undefined : crew.waiting.shift();
      if (left) send(crew, left, undefined);
      else crew.over.resolve();
    });
}

async function work(crew: Crew, lane: Lane, opened: Opened | undefined, stop: AbortController): Promise<void> {
  const { transfer, running } = crew;
  using _counted = transfer.job.hosts.enter(hostOf(transfer));
  const signal = AbortSignal.any([transfer.signal, stop.signal]);
  await fetchLane(transfer, lane, opened, signal);
  const next = crew.broken || running.size > crew.most ? undefined : nextLane(crew);
  if (next) send(crew, next, undefined);
}

/** What went wrong in one lane is the others' to mend, unless there are none, or it is the file that is wrong. */
function giveUp(crew: Crew, lane: Lane, error: unknown): void {
  const { transfer, running } = crew;
  if (crew.broken) return;
  if (running.size > 1 && isRefusal(error) && !transfer.signal.aborted) {
    if (error instanceof Restart) error.whole?.body.destroy();
    crew.most = running.size - 1;
    transfer.job.hosts.refused(hostOf(transfer));
    return giveBack(crew, lane);
  }
  crew.broken = { error };
  // The one that failed keeps its reply, which may be what the file begins anew with.
  for (const [other, stop] of running) if (other !== lane) stop.abort(error);
}

/** To the lane that it was cut from, when that one still runs: its body may go on far enough. */
function giveBack({ running, waiting }: Crew, lane: Lane): void {
  const before = [...running.keys()].find((other) => other.end === lane.at && other.at < other.end);
  if (before) before.end = lane.end;
  else {
    waiting.push({ ...lane });
    waiting.sort((a, b) => a.at - b.at);
  }
}

const REFUSALS = new Set(['network', 'timeout', 'stalled', 'http_5xx', 'rate_limited', 'auth', 'gone', 'http_4xx']);

function isRefusal(error: unknown): boolean {
  return error instanceof Restart ? error.refused : error instanceof Failure && REFUSALS.has(error.reason);
}

/** Fetches a lane to its end, over several connections one after the other when they break. */
async function fetchLane(transfer: Transfer, lane: Lane, first: Opened | undefined, signal: AbortSignal) {
  let opened = first;
  for (let fruitless = 0; lane.at < lane.end; ) {
    const before = lane.at;
    const { source } = transfer;
    let failure: Failure | undefined;
    try {
      opened ??= await openPart(transfer, lane.at, lane.end, signal);
      await copyBody(transfer, opened, lane, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Restart) throw error;
      failure = toFailure(error);
      if (!(await canGoOn(transfer, failure, source, lane.at > before))) throw failure;
    }
    opened = undefined;
    fruitless = lane.at - before >= LEAST_PROGRESS || transfer.source !== source ? 0 : fruitless + 1;
    if (lane.at < lane.end && fruitless > MOST_FRUITLESS)
      throw failure ?? new Restart('parts too small', { plain: true });
    if (failure && fruitless > 0) await delay(100 * 2 ** fruitless, undefined, { signal });
  }
}

async function canGoOn(transfer: Transfer, failure: Failure, source: Transfer['source'], moved: boolean) {
  if (failure.reason === 'auth' || failure.reason === 'gone') return transfer.renew(source);
  return failure.reason === 'network' && moved;
}
