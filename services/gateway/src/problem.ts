import { AppError, fail, toProblem } from '@aniworld/contracts';
import type { ErrorRequestHandler, Response } from 'express';
import { failed, passportOf } from './passport.ts';

/** Seconds, when a service that is away doesn't say it better. */
const RETRY_AFTER = 2;

/** Answers every error of a request with its problem document (RFC 9457). */
export function problemHandler(): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    failed(response, error);
    // Too late for an answer: the client has gone, or has half of another one and must not take it for whole.
    if (response.headersSent || response.destroyed) return void response.destroy();
    sendProblem(response, known(error));
  };
}

/** Sends a problem document with the headers that belong to its status. */
export function sendProblem(response: Response, error: unknown): void {
  const problem = toProblem(error, passportOf(response).requestId);
  const wait = problem.retry_after ?? (problem.status === 503 ? RETRY_AFTER : undefined);
  if (wait !== undefined) response.set('Retry-After', String(Math.max(1, Math.ceil(wait))));
  // RFC 9110, section 15.5.2: a 401 names the scheme that would be taken.
  if (problem.status === 401) response.set('WWW-Authenticate', 'Bearer');
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** The catalogue's error for what express and its body parser throw; anything else stays what it is. */
function known(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const { type, status } = error as Error & { type?: string; status?: number };
  if (type === 'entity.parse.failed' || type === 'request.size.invalid') return fail('MALFORMED_JSON');
  if (status === 413) return fail('PAYLOAD_TOO_LARGE');
  if (status === 415) return fail('UNSUPPORTED_MEDIA_TYPE');
  // An address that can't be decoded, a range that can't be read and the like.
  if (status !== undefined && status >= 400 && status < 500) {
    return fail('INVALID_REQUEST', { errors: [{ path: '', message: 'The address or a header is malformed' }] });
  }
  return error;
}
