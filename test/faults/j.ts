import type { FaultCase } from './case.ts';
import { clocks } from './j/clocks.ts';

/** Clocks. */
export const cases: FaultCase[] = [clocks];
