import type { FaultCase } from './case.ts';
import { size } from './d/size.ts';
import { snapshot } from './d/snapshot.ts';

/** Postgres. */
export const cases: FaultCase[] = [snapshot, size];
