import {
  AppError,
  type ErrorCode,
  fail,
  type Group,
  type Handlers,
  health,
  operationsOf,
  type Reply,
  type RequestInput,
  type Rpc,
  type ServiceName,
} from '@aniworld/contracts';
import type { Msg, Subscription } from '@nats-io/transport-node';
import type { Bus } from './bus.ts';
import { databaseError } from './db.ts';
import { interruption, isInterruption } from './deadline.ts';
import { announce, type Endpoint } from './discovery.ts';
import { type Checks, checkHealth } from './health.ts';
import type { Log } from './log.ts';
import { rpcSeconds } from './metrics.ts';
import { type Slots, slots } from './slots.ts';
import { decode, type Passport, readRequest, respondError } from './wire.ts';

/** What a handler gets beside its input. */
export interface Ctx extends Passport {
  /** Aborted at the caller's deadline and when the service stops hard. */
  signal: AbortSignal;
  /** Carries the request id in every line. */
  log: Log;
  /** Asks another service on behalf of the same caller, within the same deadline. */
  call<O extends Rpc>(op: O, input: RequestInput<O>): Promise<Reply<O>>;
}

/** Handlers bound to their contract group; made by `implement`. */
export interface Implementation {
  op: Rpc;
  handle: (input: never, ctx: Ctx) => unknown;
}

/** Binds a group to its handlers; a missing handler doesn't compile. */
export function implement<G extends Group>(group: G, handlers: Handlers<G, Ctx>): Implementation[] {
  const table = handlers as Record<string, Implementation['handle']>;
  return operationsOf(group).map(([key, op]) => ({ op, handle: table[key]! }));
}

export interface ServeOptions {
  service: ServiceName;
  version: string;
  log: Log;
  checks: Checks;
  /** Requests handled at once. Default 64: more than the pool has connections, few enough to keep memory bounded. */
  slots?: number;
}

/** Requests that may wait for a slot. More are refused at once: when they got their turn, nobody would wait for them. */
const MOST_WAITING = 1_024;
/** How long disposal lets the running requests be before it aborts them, in milliseconds. */
const SOFT_STOP_MS = 5_000;

/**
 * Answers the operations of a service on its queue group until disposed; reachable when this resolves. Disposal takes no
 * new requests, waits for the running ones, then lets go.
 */
export async function serve(
  bus: Bus,
  options: ServeOptions,
  ...implementations: Implementation[][]
): Promise<AsyncDisposable> {
  const limit = slots(options.slots ?? 64);
  const stop = new AbortController();
  const ready: Implementation = { op: health(options.service), handle: () => checkHealth(options.checks) };
  const start = (implementation: Implementation, own: Slots) => {
    const subject = bus.subject(implementation.op);
    const endpoint = newEndpoint(implementation.op, subject, options.service);
    const subscription = bus.connection.subscribe(subject, { queue: options.service });
    const serving = { bus, options, implementation, endpoint, limit: own, stop: stop.signal };
    return { endpoint, subscription, ended: answerAll(subscription, serving) };
  };
  // Readiness has slots of its own: a service with all hands full is still ready.
  const served = [...implementations.flat().map((entry) => start(entry, limit)), start(ready, slots(4))];
  const presence = announce(bus, { ...options, endpoints: served.map((entry) => entry.endpoint) });
  // Where the link breaks just now, the subscriptions are made again with it.
  if (bus.connected) await bus.connection.flush().catch(() => undefined);
  return {
    async [Symbol.asyncDispose]() {
      await presence[Symbol.asyncDispose]();
      const hard = setTimeout(() => stop.abort(new Error('the service is stopping')), SOFT_STOP_MS);
      await Promise.all(served.map((entry) => close(entry.subscription, bus)));
      await Promise.all(served.map((entry) => entry.ended));
      await limit.idle();
      clearTimeout(hard);
      stop.abort();
    },
  };
}

/** Ends a subscription after what has arrived on it; without a server to confirm that, at once. */
async function close(subscription: Subscription, bus: Bus) {
  const late = setTimeout(() => subscription.unsubscribe(), SOFT_STOP_MS);
  if (bus.connected) await Promise.race([subscription.drain(), subscription.closed]).catch(() => undefined);
  clearTimeout(late);
  subscription.unsubscribe();
}

const newEndpoint = (op: Rpc, subject: string, queueGroup: string): Endpoint => ({
  name: op.name.replace('.', '_'),
  subject,
  queue_group: queueGroup,
  num_requests: 0,
  num_errors: 0,
  last_error: '',
  processing_time: 0,
});

interface Serving {
  bus: Bus;
  options: ServeOptions;
  implementation: Implementation;
  endpoint: Endpoint;
  limit: Slots;
  stop: AbortSignal;
}

async function answerAll(subscription: Subscription, serving: Serving) {
  // Not awaited on purpose: the slots bound how many run, and the time a request waits for one counts against its deadline.
  for await (const message of subscription) void answer(message, serving);
}

/** Never rejects: nobody awaits it. */
async function answer(message: Msg, serving: Serving): Promise<void> {
  const { options, implementation, endpoint } = serving;
  const started = performance.now();
  const code = await attempt(message, serving, started);
  const seconds = (performance.now() - started) / 1_000;
  endpoint.num_requests += 1;
  endpoint.processing_time += Math.round(seconds * 1e9);
  if (code !== 'OK') {
    endpoint.num_errors += 1;
    endpoint.last_error = code;
  }
  rpcSeconds.observe({ service: options.service, operation: implementation.op.name, code }, seconds);
}

async function attempt(message: Msg, serving: Serving, started: number): Promise<ErrorCode | 'OK'> {
  const { bus, options, implementation, limit, stop } = serving;
  const { passport, timeoutMs } = readRequest(message);
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), stop]);
  const ctx = createCtx(bus, options.log, passport, { started, timeoutMs, signal });
  let release = () => undefined as void;
  try {
    release = await admit(limit, signal);
    const input = parseInput(implementation.op, decode(message));
    const reply = implementation.op.reply.parse(await implementation.handle(input as never, ctx));
    message.respond(encode(reply, bus));
    return 'OK';
  } catch (error) {
    return refuse(message, logged(error, ctx, implementation.op), ctx);
  } finally {
    release();
  }
}

/** Waits for a slot. @throws UNAVAILABLE when too many wait already, TIMEOUT when the caller has given up meanwhile. */
async function admit(limit: Slots, signal: AbortSignal): Promise<() => void> {
  if (limit.waiting >= MOST_WAITING) throw fail('UNAVAILABLE', { retry_after: 1 });
  const release = await limit.take();
  if (!signal.aborted) return release;
  // Work that nobody waits for would only delay the others.
  release();
  throw interruption(signal);
}

function refuse(message: Msg, error: unknown, ctx: Ctx): ErrorCode {
  try {
    return respondError(message, error, ctx.requestId);
  } catch (cause) {
    ctx.log.warn({ err: cause }, 'an answer could not be sent');
    return 'UNAVAILABLE';
  }
}

function createCtx(
  bus: Bus,
  log: Log,
  passport: Passport,
  { started, timeoutMs, signal }: { started: number; timeoutMs: number; signal: AbortSignal },
): Ctx {
  return {
    ...passport,
    signal,
    log: log.child({ request_id: passport.requestId }),
    call(op, input) {
      const left = timeoutMs - (performance.now() - started);
      return bus.call(op, input, { passport, signal, timeoutMs: Math.max(1, Math.min(left, op.timeout_ms)) });
    },
  };
}

/** A list of ten thousand wrong ids would give an answer that is too large to send. */
const MOST_ERRORS = 50;

/** Parses a request. @throws INVALID_REQUEST with an entry for each wrong field, fifty at most. */
export function parseInput(op: Rpc, input: unknown): unknown {
  const parsed = op.request.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues
    .slice(0, MOST_ERRORS)
    .map((issue) => ({ path: issue.path.join('.').slice(0, 200), message: issue.message.slice(0, 500) }));
  throw fail('INVALID_REQUEST', { errors });
}

function encode(reply: unknown, bus: Bus): string {
  const text = JSON.stringify(reply);
  const most = (bus.connection.info?.max_payload ?? 1_048_576) - 1_024;
  if (Buffer.byteLength(text) > most)
    throw fail('PAYLOAD_TOO_LARGE', { detail: 'The answer is too large. Ask for a smaller page.' });
  return text;
}

// The one place where a failing operation is logged: a user's mistake in one quiet line, ours with its stack.
function logged(error: unknown, { log, signal }: Ctx, op: Rpc): unknown {
  const known = error instanceof AppError ? error : (databaseError(error) ?? interrupted(error, signal));
  if (known && known.status < 500) log.debug({ operation: op.name, code: known.code }, known.message);
  else if (known) log.warn({ operation: op.name, code: known.code, err: known.cause ?? known }, known.message);
  else log.error({ operation: op.name, err: error }, 'an operation failed');
  return known ?? error;
}

const interrupted = (error: unknown, signal: AbortSignal) =>
  isInterruption(error, signal) ? interruption(signal) : null;
