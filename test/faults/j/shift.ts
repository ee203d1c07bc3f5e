/** Clocks that are off by so much, in milliseconds. */
export const SHIFTS = { '+1 h': 3_600_000, '-1 h': -3_600_000, '+10 y': 10 * 365.25 * 86_400_000 } as const;

/** Makes a service set its wall clock when it gets it; it means nothing else to Node. */
export const SET_CLOCK = 'SIGUSR2';

/** Environment of a service in a process of its own whose wall clock is off; from the signal on, or from its start. */
export function wallClock(ms: number, from: 'signal' | 'start'): Record<string, string> {
  return {
    NODE_OPTIONS: `--import=${new URL('./wall-clock.ts', import.meta.url).href}`,
    CLOCK_SHIFT_MS: String(ms),
    ...(from === 'signal' && { CLOCK_SHIFT_AT: SET_CLOCK }),
  };
}
