import { claimCrash } from './a/claim-crash.ts';
import { fleet } from './a/fleet.ts';
import { herd } from './a/herd.ts';
import { interleaving } from './a/interleaving.ts';
import { poison } from './a/poison.ts';
import { publishCrash } from './a/publish-crash.ts';
import { segmentCrash } from './a/segment-crash.ts';
import { shutdown } from './a/shutdown.ts';
import { sleeper } from './a/sleeper.ts';
import { stoppedPublisher } from './a/stopped-publisher.ts';
import { stuck } from './a/stuck.ts';
import type { FaultCase } from './case.ts';

/** Workers and leases. */
export const cases: FaultCase[] = [
  claimCrash,
  segmentCrash,
  publishCrash,
  sleeper,
  stoppedPublisher,
  stuck,
  fleet,
  interleaving,
  poison,
  shutdown,
  herd,
];
