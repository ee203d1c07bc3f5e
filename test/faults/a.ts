import { claimCrash } from './a/claim-crash.ts';
import { publishCrash } from './a/publish-crash.ts';
import { segmentCrash } from './a/segment-crash.ts';
import { sleeper } from './a/sleeper.ts';
import { stoppedPublisher } from './a/stopped-publisher.ts';
import type { FaultCase } from './case.ts';

/** Workers and leases. */
export const cases: FaultCase[] = [claimCrash, segmentCrash, publishCrash, sleeper, stoppedPublisher];
