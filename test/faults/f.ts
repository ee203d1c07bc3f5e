import type { FaultCase } from './case.ts';
import { fullDisk } from './f/full-disk.ts';
import { hostileNames } from './f/hostile-names.ts';
import { sameName } from './f/same-name.ts';
import { sickDisk } from './f/sick-disk.ts';
import { syncOrder } from './f/sync-order.ts';
import { twoDisks } from './f/two-disks.ts';

/** Disk and names. */
export const cases: FaultCase[] = [fullDisk, sickDisk, twoDisks, syncOrder, sameName, hostileNames];
