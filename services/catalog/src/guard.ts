import { AppError, fail } from '@aniworld/contracts';
import type { Log } from '@aniworld/chassis';
import { isRefused } from '@aniworld/egress';
import { type Breaker, createBreaker } from './breaker.ts';
import { takeTurns, type Turns } from './politeness.ts';
import type { Provider } from './provider.ts';

export interface GuardLimits {
  /** Milliseconds that each kind of request may take, waiting for its turn included. */
  search: number;
  series: number;
  resolve: number;
  /** Requests at once. */
  atOnce: number;
}

/** Below the deadlines of the operations that ask: 15 s for a search, 20 s for the others. */
const limits: GuardLimits = { search: 8_000, series: 15_000, resolve: 15_000, atOnce: 4 };

/** Servers remembered; one that is forgotten starts with a closed breaker. */
const MOST_BREAKERS = 1_000;

/**
 * Puts a timeout, a limit of requests at once and a circuit breaker before a provider. A provider that doesn't hand on
 * the signal can hang for ever, but not its caller. What it throws becomes PROVIDER_FAILED with a sentence.
 */
export function guard(provider: Provider, log: Log, own: Partial<GuardLimits> = {}, now = Date.now): Provider {
  const most = { ...limits, ...own };
  const breakers = new Map<string, Breaker>();
  const shared = { provider, log, turns: takeTurns(most.atOnce) };
  const breakerOf = (ref: string) => {
    const host = provider.hostOf?.(ref) ?? '';
    const breaker = breakers.get(host) ?? createBreaker(now);
    if (breakers.size >= MOST_BREAKERS) breakers.clear();
    breakers.set(host, breaker);
    return breaker;
  };
  const searching = createBreaker(now);
  return {
    ...provider,
    search: (query, signal) =>
      ask({ ...shared, breaker: searching, ms: most.search, signal }, (within) => provider.search(query, within)),
    series: (ref, signal) =>
      ask({ ...shared, breaker: breakerOf(ref), ms: most.series, signal }, (within) => provider.series(ref, within)),
    resolve: (ref, signal) =>
      ask({ ...shared, breaker: breakerOf(ref.series), ms: most.resolve, signal }, (within) =>
        provider.resolve(ref, within),
      ),
  };
}

interface Asking {
  provider: Provider;
  log: Log;
  turns: Turns;
  breaker: Breaker;
  ms: number;
  signal: AbortSignal;
}

async function ask<T>(asking: Asking, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { breaker, provider, ms } = asking;
  if (!breaker.enter()) throw restsFor(provider, breaker.waitMs());
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new DOMException('The provider took too long', 'TimeoutError')), ms);
  const signal = AbortSignal.any([asking.signal, timeout.signal]);
  try {
    const answer = await inTurn(asking.turns, request, signal);
    breaker.succeed();
    return answer;
  } catch (error) {
    if (asking.signal.aborted) {
      breaker.cancel();
      throw fail('CANCELLED', { cause: error });
    }
    // Never asked: it is the settings that refuse, and a change of them has to count at once.
    if (isRefused(error)) breaker.cancel();
    else breaker.fail();
    throw failureOf(asking, timeout.signal.aborted, error);
  } finally {
    clearTimeout(timer);
  }
}

async function inTurn<T>(turns: Turns, request: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  const end = await turns(signal);
  try {
    const { promise: late, reject } = Promise.withResolvers<never>();
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    return await Promise.race([Promise.try(request, signal), late]);
  } finally {
    end();
  }
}

function restsFor({ name }: Provider, waitMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  return fail('PROVIDER_FAILED', {
    detail: `${name} has failed several times and is left alone for ${seconds} s. Try again then.`,
    retry_after: seconds,
  });
}

function failureOf({ provider, log, ms }: Asking, late: boolean, error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (late) {
    return fail('PROVIDER_FAILED', { detail: `${provider.name} took longer than ${ms / 1_000} s.`, cause: error });
  }
  log.warn({ err: error, provider: provider.id }, 'a provider failed');
  return fail('PROVIDER_FAILED', { detail: `${provider.name} did not answer as it should.`, cause: error });
}
