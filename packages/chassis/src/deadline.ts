import { type AppError, fail } from '@aniworld/contracts';

/** The catalogue's error for work that its signal has ended: TIMEOUT at a deadline, CANCELLED otherwise. */
export function interruption(signal: AbortSignal): AppError {
  const cause: unknown = signal.reason;
  return fail(cause instanceof Error && cause.name === 'TimeoutError' ? 'TIMEOUT' : 'CANCELLED', { cause });
}

/** Whether an error is how the signal made the work end. */
export function isInterruption(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return error === signal.reason || (error instanceof Error && /^(Abort|Timeout)Error$/.test(error.name));
}

/**
 * The promise's outcome, or sooner the interruption of whoever waits for it. The work itself goes on, and what becomes of
 * it is not an unhandled rejection.
 */
export function raceAbort<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(interruption(signal));
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
