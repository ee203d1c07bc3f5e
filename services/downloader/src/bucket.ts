/** How much may be taken at once, in seconds of the rate: more makes bursts, less makes many small waits. */
const BURST_SECONDS = 0.25;

/** Lets bytes through at a rate, whoever takes them. */
export interface Bucket {
  /** Bytes per second; null: no limit. */
  rate: number | null;
  /** Takes bytes, at once or on credit. @returns milliseconds to wait before they may pass */
  take(bytes: number): number;
}

/** @param now monotonic milliseconds */
export function createBucket(rate: number | null, now = () => performance.now()): Bucket {
  let freeAt = now();
  return {
    rate,
    take(bytes) {
      if (this.rate === null) return 0;
      freeAt = Math.max(freeAt, now() - BURST_SECONDS * 1_000) + (bytes / this.rate) * 1_000;
      return Math.max(0, freeAt - now());
    },
  };
}
