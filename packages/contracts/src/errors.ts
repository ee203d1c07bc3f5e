/** One row of the catalogue. */
interface ErrorRow {
  status: number;
  /** Whether the same request may succeed later without the caller changing it. */
  retry: boolean;
  /** What the user reads: what is wrong and what to do next. */
  detail: string;
}

const row = (status: number, detail: string, retry = false): ErrorRow => ({ status, retry, detail });

/** Every error that a user or another service can see. */
export const errorCatalogue = {
  INVALID_REQUEST: row(400, 'The request has fields that are missing or wrong. Correct those listed under "errors".'),
  MALFORMED_JSON: row(400, 'The body is not valid JSON. Send a JSON object with the content type application/json.'),
  UNAUTHENTICATED: row(401, 'This needs a session. Log in and send the token as "Authorization: Bearer …".'),
  TOKEN_EXPIRED: row(401, 'The session has expired. Log in again.'),
  SESSION_REVOKED: row(401, 'This session was ended. Log in again.'),
  INVALID_CREDENTIALS: row(401, 'The password is wrong. Try again.'),
  FORBIDDEN: row(403, 'This session may not do that. Log in with one that may.'),
  CROSS_SITE: row(403, 'The request came from another site. Use the page at this server’s own address.'),
  ROUTE_NOT_FOUND: row(404, 'There is nothing at this address. The list of addresses is at /api/docs.'),
  SERIES_NOT_FOUND: row(404, 'No series has this id. It may have been removed; reload the library.'),
  EPISODE_NOT_FOUND: row(404, 'No episode of this series has this id. Reload the series and choose again.'),
  ITEM_NOT_FOUND: row(404, 'No such item is in the queue. It may have been removed; reload the queue.'),
  PROVIDER_NOT_FOUND: row(404, 'No provider has this id. The list of providers is at GET /providers.'),
  FILE_NOT_FOUND: row(404, 'No such file is known, or nothing lies in that folder. Scan the library and choose again.'),
  RULE_NOT_FOUND: row(404, 'No rule has this id. It may have been removed; reload the rules.'),
  RENAME_NOT_FOUND: row(404, 'No renaming has this id. The list of them is at GET /anime/rename.'),
  CONFIG_VERSION_NOT_FOUND: row(404, 'The history has no such version. The list of them is at GET /config/history.'),
  TASK_NOT_FOUND: row(404, 'No task has this name. The list of them is at GET /tasks.'),
  BACKUP_NOT_FOUND: row(404, 'No such backup is in the server’s folder. The list of them is at GET /backups.'),
  METHOD_NOT_ALLOWED: row(405, 'This address does not take that method. The header "Allow" lists those that it takes.'),
  ALREADY_SET_UP: row(409, 'The set-up was done already. Log in with the password chosen then.'),
  NOT_SET_UP: row(409, 'There is no password yet. Do the set-up first.'),
  SERIES_EXISTS: row(409, 'This series is in the library already.'),
  SCAN_RUNNING: row(409, 'A scan is running. Wait for its end or read its progress at GET /anime/rescan.'),
  SCAN_NOT_RUNNING: row(409, 'No scan is running. Start one at POST /anime/rescan.'),
  TASK_RUNNING: row(409, 'This task is running. Wait for its end; GET /tasks tells when.'),
  RENAME_RUNNING: row(409, 'Files are being renamed. Wait for the end or read the progress at GET /anime/rename.'),
  RENAME_UNDONE: row(409, 'This renaming was taken back already. Rename again instead.'),
  ITEM_STATE: row(409, 'The item’s state does not allow that. Reload the queue to see what happened to it.'),
  VERSION_CONFLICT: row(409, 'Somebody changed this meanwhile. Reload, look at the change and try again.'),
  PRECONDITION_FAILED: row(
    412,
    'Somebody changed this since it was read. Read it again, look at the change and try again.',
  ),
  FOLDER_UNUSABLE: row(
    422,
    'This folder can’t be used. It must be an absolute path that the server can read and write.',
  ),
  CONFIG_OVERRIDDEN: row(
    422,
    'An environment variable decides on this setting. Change it there, or take the variable away.',
  ),
  FILES_REMAIN: row(
    422,
    'Some files could not be removed. The series stays in the library; correct that and try again.',
  ),
  NAMING_TEMPLATE: row(422, 'This naming template makes no sense. Correct it, or choose one of the presets.'),
  NO_SOURCE: row(422, 'No provider offers this episode. Add a provider that does, or choose another episode.'),
  MATCH_UNCLEAR: row(422, 'This choice is not clear. Name a series, and numbers for one file only.'),
  PAYLOAD_TOO_LARGE: row(413, 'The request is too large. Send it in smaller parts.'),
  UNSUPPORTED_MEDIA_TYPE: row(415, 'The body’s content type is not known. Send application/json.'),
  TOO_MANY_REQUESTS: row(429, 'Too many requests. Wait for the time in "Retry-After" and try again.', true),
  CANCELLED: row(499, 'The caller went away before the answer was ready.', true),
  INTERNAL: row(500, 'Something went wrong here. Look for the request id in the log, and report it if it stays.'),
  PROVIDER_FAILED: row(
    502,
    'The provider did not answer as it should. Try again later or choose another provider.',
    true,
  ),
  UNAVAILABLE: row(
    503,
    'A part of the server is not reachable just now. It will come back by itself; try again.',
    true,
  ),
  FOLDER_AWAY: row(503, 'A library folder can’t be reached just now. Mount it again, then try again.', true),
  TIMEOUT: row(504, 'A part of the server took too long. Reload to see whether it was done, then try again.', true),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorCatalogue;

/** What an error may say beyond its code. */
export interface ErrorDetails {
  /** Replaces the catalogue's sentence; written for the user. */
  detail?: string;
  /** For a 400: one entry for each wrong field. */
  errors?: { path: string; message: string }[];
  /** Seconds after which a retry makes sense. */
  retry_after?: number;
  /** Kept for the log, never sent. */
  cause?: unknown;
}

/** The body of `application/problem+json` (RFC 9457) with our members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  request_id?: string;
  errors?: { path: string; message: string }[];
  retry_after?: number;
}

/** An error from the catalogue; the only kind whose text reaches a user. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(details.detail ?? errorCatalogue[code].detail, { cause: details.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }
}

/** Makes an error from the catalogue, to be thrown: `throw fail('SERIES_NOT_FOUND')`. */
export function fail(code: ErrorCode, details?: ErrorDetails): AppError {
  return new AppError(code, details);
}

/** The problem document of an error. A foreign error becomes INTERNAL and leaks nothing of its message. */
export function toProblem(error: unknown, requestId?: string): Problem {
  const known = error instanceof AppError ? error : fail('INTERNAL', { cause: error });
  const { errors, retry_after } = known.details;
  return {
    type: `urn:aniworld:error:${known.code}`,
    title: known.code.toLowerCase().replaceAll('_', ' '),
    status: known.status,
    code: known.code,
    detail: known.message,
    ...(requestId && { request_id: requestId }),
    ...(errors && { errors }),
    ...(retry_after !== undefined && { retry_after }),
  };
}

/** The error that a problem document stands for; a code from a newer version becomes INTERNAL. */
export function fromProblem(problem: Partial<Problem>): AppError {
  const code = problem.code && problem.code in errorCatalogue ? problem.code : 'INTERNAL';
  return fail(code, {
    ...(problem.detail && { detail: problem.detail }),
    ...(problem.errors && { errors: problem.errors }),
    ...(problem.retry_after !== undefined && { retry_after: problem.retry_after }),
  });
}
