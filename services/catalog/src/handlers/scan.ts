import type { Handlers, Scan, scan } from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import { newestScan } from '../store/scan.ts';
import type { HandlerDeps } from './deps.ts';

export function scanHandlers({ db, scanner }: HandlerDeps): Handlers<typeof scan, Ctx> {
  return {
    rescan: (how) => scanner.begin(how),
    cancelScan: () => scanner.cancel(),
    scan: async () => (await newestScan(db)) ?? noScan,
  };
}

const noScan: Scan = {
  id: null,
  state: 'idle',
  started_at: null,
  finished_at: null,
  folders: 0,
  files: 0,
  matched: 0,
  unmatched: 0,
  extras: 0,
  removed: 0,
  problems: [],
};
