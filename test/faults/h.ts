import type { FaultCase } from './case.ts';
import { hostileArguments } from './h/arguments.ts';
import { hostileNames } from './h/names.ts';
import { privateAddresses } from './h/private-addresses.ts';

/** Hostile input. */
export const cases: FaultCase[] = [privateAddresses, hostileArguments, hostileNames];
