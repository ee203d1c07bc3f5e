import { AppError, type Scan } from '@aniworld/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Scanner } from './scan.ts';
import type { Database } from './store/database.ts';
import { newestScan } from './store/scan.ts';

/** How often it is looked whether the scan has ended; another replica may be the one that scans. */
const LOOK_MS = 500;

/** Scans the library, or waits for the end of the scan that is running. @returns a sentence @throws when the scan failed */
export async function rescan(deps: { db: Database; scanner: Scanner }, signal: AbortSignal): Promise<string> {
  await deps.scanner.begin().catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'SCAN_RUNNING') throw error;
  });
  const scan = await untilEnded(deps, signal);
  if (scan.state === 'failed') throw new Error(scan.problems.at(-1) ?? 'The scan failed.');
  return `${scan.files} files: ${scan.matched} matched, ${scan.unmatched} not, ${scan.removed} gone.`;
}

async function untilEnded({ db, scanner }: { db: Database; scanner: Scanner }, signal: AbortSignal): Promise<Scan> {
  for (;;) {
    const scan = await newestScan(db);
    if (scan && scan.state !== 'running') return scan;
    try {
      await delay(LOOK_MS, undefined, { signal });
    } catch {
      await scanner.cancel().catch(() => undefined);
      throw signal.reason;
    }
  }
}
