import type { FaultCase } from './case.ts';
import { busyHosts } from './e/busy.ts';
import { changedFiles } from './e/changed.ts';
import { lyingChildren } from './e/child.ts';
import { codedBodies } from './e/coded.ts';
import { cutBodies } from './e/cut.ts';
import { expiredLinks } from './e/expired.ts';
import { ignoredRanges } from './e/ignored.ts';
import { impostors } from './e/impostor.ts';
import { wrongLengths } from './e/length.ts';
import { wrongParts } from './e/part.ts';
import { lyingPlaylists } from './e/playlist.ts';
import { slowOrigins } from './e/slow.ts';
import { unsatisfied } from './e/unsatisfied.ts';

/** Lying origins. */
export const cases: FaultCase[] = [
  cutBodies,
  wrongLengths,
  ignoredRanges,
  wrongParts,
  changedFiles,
  unsatisfied,
  impostors,
  codedBodies,
  slowOrigins,
  expiredLinks,
  busyHosts,
  lyingPlaylists,
  lyingChildren,
];
