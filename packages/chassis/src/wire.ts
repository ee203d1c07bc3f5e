import type { AppError } from '@aniworld/contracts';
import { type Access, type ErrorCode, fail, fromProblem, type Problem, toProblem } from '@aniworld/contracts';
import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';

/** Who asks: a verified session. Services trust it because only the gateway may publish to their subjects. */
export interface Caller {
  session_id: string;
  access: Exclude<Access, 'public'>;
  /** Milliseconds since 1970. */
  expires_at: number;
}

/** What travels beside a request. */
export interface Passport {
  requestId: string;
  caller: Caller | null;
  /** W3C Trace Context, section 3.2. */
  traceparent: string;
}

/** A passport for work that no request has caused. */
export function newPassport(requestId: string = randomUUID()): Passport {
  return { requestId, caller: null, traceparent: newTraceparent() };
}

/** A new sampled trace. */
export function newTraceparent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}

const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The incoming header when it is a valid one, else a new trace. */
export function traceparentOr(header: string | undefined): string {
  return header && TRACEPARENT.test(header) ? header : newTraceparent();
}

/**
 * Headers of a request. The deadline travels as the milliseconds that are left and not as a point in time, because the
 * clocks of two hosts differ.
 */
export function requestHeaders(passport: Passport, timeoutMs: number): MsgHdrs {
  const head = headers();
  head.set('Request-Id', passport.requestId);
  head.set('Timeout-Ms', String(Math.max(1, Math.round(timeoutMs))));
  head.set('traceparent', passport.traceparent);
  if (passport.caller) head.set('Caller', JSON.stringify(passport.caller));
  return head;
}

const CallerHeader = z
  .string()
  .transform((text) => JSON.parse(text) as unknown)
  .pipe(z.object({ session_id: z.string(), access: z.enum(['read', 'write', 'admin']), expires_at: z.number() }));

/** A deadline's limits in milliseconds: timers take no more than 2^31, and nobody waits longer than this. */
const LONGEST_TIMEOUT = 600_000;
const DEFAULT_TIMEOUT = 5_000;

/** The passport and the time left of an incoming request. Never throws: a caller that can't be read is nobody. */
export function readRequest(message: Msg): { passport: Passport; timeoutMs: number } {
  const head = message.headers;
  const timeoutMs = Number(head?.get('Timeout-Ms'));
  return {
    passport: {
      requestId: head?.get('Request-Id') || randomUUID(),
      caller: readCaller(head?.get('Caller')),
      traceparent: traceparentOr(head?.get('traceparent')),
    },
    timeoutMs: timeoutMs > 0 ? Math.min(LONGEST_TIMEOUT, Math.ceil(timeoutMs)) : DEFAULT_TIMEOUT,
  };
}

function readCaller(header: string | undefined): Caller | null {
  if (!header) return null;
  try {
    return CallerHeader.parse(header);
  } catch {
    return null;
  }
}

/** Reads JSON that a peer sent; what isn't JSON is the peer's mistake. */
export function decode(message: Msg): unknown {
  if (message.data.length === 0) return {};
  try {
    return message.json();
  } catch (cause) {
    throw fail('MALFORMED_JSON', { cause });
  }
}

/** The error reply: the headers of the NATS services protocol, so that tools see it, and the problem as its body. */
export function respondError(message: Msg, error: unknown, requestId: string): ErrorCode {
  const problem = toProblem(error, requestId);
  const head = headers();
  head.set('Nats-Service-Error-Code', String(problem.status));
  head.set('Nats-Service-Error', problem.code);
  message.respond(JSON.stringify(problem), { headers: head });
  return problem.code;
}

/** The error that a reply carries, if it carries one. */
export function errorOf(reply: Msg): AppError | null {
  if (!reply.headers?.get('Nats-Service-Error-Code')) return null;
  return fromProblem(decode(reply) as Partial<Problem>);
}
