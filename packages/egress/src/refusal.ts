/** A target that may not be dialled. The message is written for the user and says what would allow it. */
export class RefusedError extends Error {
  readonly code = 'EGRESS_REFUSED';

  constructor(message: string) {
    super(message);
    this.name = 'RefusedError';
  }
}

/** Whether the guard refused, at whatever depth of causes an HTTP client has put its error. */
export function isRefused(error: unknown): boolean {
  return refusalIn(error) !== null;
}

/** The guard's own error within what an HTTP client threw, or null. Asking again can't help while the settings are the same. */
export function refusalIn(error: unknown): RefusedError | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth += 1) {
    if (at instanceof RefusedError) return at;
  }
  return null;
}
