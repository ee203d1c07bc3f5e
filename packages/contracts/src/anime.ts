import { matching } from './matching.ts';
import { scan } from './scan.ts';
import { series } from './series.ts';

/** What the library holds: one group whose parts stand in files of their own. */
export const anime = { ...series, ...scan, ...matching };
