import { type Log, newPassport, type Passport, traceparentOr } from '@aniworld/chassis';
import { AppError } from '@aniworld/contracts';
import type { Request, RequestHandler, Response } from 'express';
import { httpSeconds } from './metrics.ts';

/** What a caller may send as its own request id: something that can't break a log line or a header. */
const REQUEST_ID = /^[\w.:+/=-]{1,100}$/;

/** Gives every request its id and trace, tells the id in the reply, and notes how it ended. */
export function passports(log: Log): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const sent = request.get('x-request-id');
    const passport: Passport = {
      ...newPassport(sent && REQUEST_ID.test(sent) ? sent : undefined),
      traceparent: traceparentOr(request.get('traceparent')),
    };
    response.locals.passport = passport;
    response.set('X-Request-Id', passport.requestId);
    response.once('close', () => note(request, response, performance.now() - started, log));
    next();
  };
}

/** The request's passport; without a caller until the access check has passed. */
export function passportOf(response: Response): Passport {
  return response.locals.passport as Passport;
}

/** Remembers which operation a request is, for the metrics. */
export function named(response: Response, operation: string): void {
  response.locals.operation = operation;
}

/** Remembers why a request failed, for its log line. */
export function failed(response: Response, error: unknown): void {
  response.locals.error = error;
}

// A service has logged its own failure with the stack; this line says which request met it. What is no AppError was born
// here, and its stack is nowhere else. The query stays out: it may hold what a user searches for.
function note(request: Request, response: Response, tookMs: number, log: Log) {
  const status = response.writableFinished ? response.statusCode : 499;
  const { operation = 'other', error } = response.locals as { operation?: string; error?: unknown };
  httpSeconds.observe({ service: 'gateway', method: request.method, operation, status }, tookMs / 1_000);
  const line = {
    request_id: passportOf(response).requestId,
    method: request.method,
    path: request.originalUrl.split('?', 1)[0],
    status,
    took_ms: Math.round(tookMs),
    ...(error instanceof AppError && { code: error.code }),
  };
  // Without an error of ours the status is another's answer passed on, or the readiness that says so itself.
  if (status < 500 || error === undefined) log.debug(line, 'request');
  else if (error instanceof AppError) log.warn(line, 'request failed');
  else log.error({ ...line, err: error }, 'request failed');
}
