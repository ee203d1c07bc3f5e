import { AppError, type FailureCause } from '@aniworld/contracts';
import { FolderError } from '@aniworld/library';

/**
 * Why a try ended without a file, and what follows from it. Pure: the clock and the randomness come from the caller.
 *
 * A cause that lies outside the item (a full disk, a lost worker, a host that asks for patience) never burns a try.
 */

interface FailureRule {
  /** Whether another try can help. */
  retried: boolean;
  /** Whether it uses up one of the item's tries. */
  burns: boolean;
  /** Seconds before the first retry; doubled with each further try. */
  wait: number;
  /** What the user reads: what happened and what to do. */
  sentence: string;
}

const rule = (retried: boolean, burns: boolean, wait: number, sentence: string): FailureRule => ({
  retried,
  burns,
  wait,
  sentence,
});

export const failureRules: Record<FailureCause, FailureRule> = {
  network: rule(true, true, 5, 'The connection broke. It is tried again by itself.'),
  timeout: rule(true, true, 10, 'The source did not answer in time. It is tried again by itself.'),
  stalled: rule(true, true, 10, 'No more bytes came. It is tried again by itself.'),
  http_4xx: rule(false, true, 0, 'The source refused the request. Look for another source.'),
  gone: rule(false, true, 0, 'The source no longer has this file. Refresh the series or look for another source.'),
  http_5xx: rule(true, true, 15, 'The source has a problem of its own. It is tried again by itself.'),
  rate_limited: rule(true, false, 30, 'The source asks to wait. It goes on by itself after the wait.'),
  auth: rule(
    false,
    true,
    0,
    'The source wants a login or the link has expired. Check the provider’s settings, then retry.',
  ),
  bad_content: rule(false, true, 0, 'What the source sent is no video. Look for another source.'),
  checksum: rule(true, true, 5, 'The file is not what the provider announced. It is fetched again from the start.'),
  no_source: rule(false, true, 0, 'No provider offers this episode. Add a provider that does, then retry.'),
  no_space: rule(true, false, 30, 'The disk is full. Free some space; it goes on by itself.'),
  permission: rule(false, true, 0, 'The library folder can’t be written to. Correct its permissions, then retry.'),
  path: rule(false, true, 0, 'The file’s name can’t be made. Change the naming template, then retry.'),
  cancelled: rule(false, false, 0, 'Cancelled.'),
  worker_lost: rule(true, false, 0, 'The worker that had it was lost. Another one goes on with it.'),
  shutdown: rule(true, false, 0, 'The worker was stopped. It goes on with the next one.'),
  internal: rule(true, true, 30, 'Something went wrong here. Look into the log; it is tried again by itself.'),
};

/** Longest wait between two tries, whatever a host asks for: an hour. */
const MOST_WAIT_SECONDS = 3_600;
/** A host that asks for patience without end (0, or a date in the past) is still not asked more often than this. */
const LEAST_WAIT_SECONDS = 2;
/** An item that was lost with its worker this often is believed to be what kills them. */
const MOST_CRASHES = 5;

/** A try that ended without a file. */
export class Failure extends Error {
  readonly reason: FailureCause;
  /** Seconds that the host asked to wait. */
  readonly retryAfter: number | null;
  /** Overrides the cause's rule: what lies outside the item burns no try. */
  readonly burns: boolean;
  /** Seconds after which it is tried again, whatever the cause's rule: what ails passes, and not by the item's doing. */
  readonly waits: number | null;

  constructor(
    cause: FailureCause,
    detail?: string,
    options: { retryAfter?: number | null; burns?: boolean; waits?: number; error?: unknown } = {},
  ) {
    super(detail ?? failureRules[cause].sentence, { cause: options.error });
    this.name = 'Failure';
    this.reason = cause;
    this.retryAfter = options.retryAfter ?? null;
    this.waits = options.waits ?? null;
    this.burns = options.burns ?? (options.waits === undefined && failureRules[cause].burns);
  }
}

export interface Verdict {
  next: 'retry' | 'fail';
  /** Tries used up afterwards. */
  attempt: number;
  waitSeconds: number;
}

/**
 * What follows from a failed try.
 * @param tries used up before this one, and how many there are
 * @param random in [0, 1): spreads retries of many items over half to the whole of the wait
 */
export function judge(failure: Failure, tries: { attempt: number; max_attempts: number }, random: number): Verdict {
  const { retried, wait } = failureRules[failure.reason];
  const attempt = tries.attempt + (failure.burns ? 1 : 0);
  if (failure.waits !== null) return { next: 'retry', attempt, waitSeconds: failure.waits * (0.5 + random / 2) };
  if (!retried || attempt >= tries.max_attempts) return { next: 'fail', attempt, waitSeconds: 0 };
  const backoff = wait * 2 ** Math.max(0, attempt - 1) * (0.5 + random / 2);
  // Who says how long knows better than any formula.
  return { next: 'retry', attempt, waitSeconds: Math.min(MOST_WAIT_SECONDS, askedSeconds(failure) ?? backoff) };
}

/**
 * What follows when a worker was lost with an item: back to the queue, until the item itself is the suspect. The first time
 * at once, then after a wait, so that the one to blame and those that it took with it come apart.
 * @param crashes losses that count, this one too
 * @param random in [0, 1)
 */
export function judgeLoss(crashes: number, random: number): Pick<Verdict, 'next' | 'waitSeconds'> {
  if (crashes >= MOST_CRASHES) return { next: 'fail', waitSeconds: 0 };
  return { next: 'retry', waitSeconds: crashes < 2 ? 0 : 2 ** crashes * (0.5 + random / 2) };
}

/** Whether a host that fails like this again and again should be left alone for a while. */
export function blamesHost(cause: FailureCause): boolean {
  return cause === 'network' || cause === 'timeout' || cause === 'stalled' || cause === 'http_5xx';
}

/** How long a host that asked for patience is left alone, by all workers. */
export function restSeconds(failure: Failure): number {
  return Math.min(MOST_WAIT_SECONDS, askedSeconds(failure) ?? failureRules.rate_limited.wait);
}

const askedSeconds = ({ retryAfter }: Failure) =>
  retryAfter === null ? null : Math.max(LEAST_WAIT_SECONDS, retryAfter);

/** Seconds between two looks at a disk that takes nothing. */
const DISK_SECONDS = 60;

/** What the system says of a disk that may be well again later. */
const bySickDisk: Record<string, string> = {
  EROFS: 'The library can only be read. It goes on by itself when it can be written to.',
  EIO: 'The disk reports an error. Look at it; it goes on by itself when the disk is well.',
  ESTALE: 'The library’s share is away. It goes on by itself when it is back.',
  ENODEV: 'The library’s disk is away. It goes on by itself when it is back.',
};

const bySystemCode: Record<string, FailureCause> = {
  ENOSPC: 'no_space',
  EDQUOT: 'no_space',
  EACCES: 'permission',
  EPERM: 'permission',
  ENAMETOOLONG: 'path',
  ENOTDIR: 'path',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'stalled',
  ETIMEDOUT: 'timeout',
};

/** The failure that an error from the system or the HTTP client stands for. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = codeOf(error);
  const sick = bySickDisk[code];
  if (sick) return new Failure('permission', sick, { waits: DISK_SECONDS, error });
  if (error instanceof FolderError || (error instanceof AppError && error.code === 'NAMING_TEMPLATE'))
    return new Failure('path', error.message, { error });
  const known = bySystemCode[code];
  if (known) return new Failure(known, undefined, { error });
  if (/^(UND_ERR|ECONN|EPIPE|ENOTFOUND|EAI_|EHOST|ENET|ERR_SSL|CERT_|HPE_)/.test(code)) {
    return new Failure('network', `${failureRules.network.sentence} (${code})`, { error });
  }
  return new Failure('internal', undefined, { error });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}
