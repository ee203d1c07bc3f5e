import { calendar } from './calendar.ts';
import { matching } from './matching.ts';
import { rename } from './rename.ts';
import { scan } from './scan.ts';
import { series } from './series.ts';
import { wanted } from './wanted.ts';

/** What the library holds: one group whose parts stand in files of their own. */
export const anime = { ...series, ...scan, ...matching, ...rename, ...wanted, ...calendar };
