import { type Log, type Loop, loop } from '@aniworld/chassis';
import { PARTS_FOLDER } from '@aniworld/library';
import { lstat, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Kysely } from 'kysely';
import { removeCopy } from './copy.ts';
import type { DB } from './schema.gen.ts';
import type { Settings } from './settings.ts';
import { liveParts } from './store/lease.ts';

/** Younger part files are left alone: a claim makes the file before any row says so. */
const YOUNGEST_MS = 60_000;
/** A name is reserved for a moment; who holds one so long was lost. */
const OLDEST_NAME_MS = 600_000;

/** Deletes part files that no item needs any more, such as those of a worker that was lost or an item that was cancelled. */
export function startSweeper(db: Kysely<DB>, settings: Settings, log: Log): Loop {
  return loop({
    name: 'sweeper',
    everyMs: 60_000,
    log,
    async run() {
      for (const folder of settings.current.library.folders)
        await sweep(db, join(folder, PARTS_FOLDER), Date.now(), log);
    },
  });
}

/** @param now milliseconds since 1970, compared with the files' times */
export async function sweep(db: Kysely<DB>, folder: string, now: number, log: Log): Promise<void> {
  const entries = await names(folder);
  const parts = entries.flatMap((name) => {
    const match = /^([0-9a-f-]{36})\.(\d+)\.(?:parts?|copying)$/.exec(name);
    return match ? [{ name, id: match[1]!, epoch: Number(match[2]) }] : [];
  });
  const live = new Map(
    (
      await liveParts(
        db,
        parts.map((part) => part.id),
      )
    ).map((row) => [row.id, row.epochs]),
  );
  for (const part of parts) {
    if (live.get(part.id)?.includes(part.epoch)) continue;
    const path = join(folder, part.name);
    if ((await ageOf(path, now)) < YOUNGEST_MS) continue;
    if (part.name.endsWith('.copying')) await removeCopy(dirname(folder), part.id, part.epoch);
    await rm(path, { recursive: true, force: true });
    log.info({ path }, 'removed a part file that nothing needs');
  }
  for (const name of entries.filter((entry) => /^[0-9a-f]{32}\.name$/.test(entry))) {
    const path = join(folder, name);
    if ((await markedFor(path, now)) >= OLDEST_NAME_MS) await rm(path, { force: true });
  }
}

async function ageOf(path: string, now: number): Promise<number> {
  return now - (await lstat(path).catch(() => ({ mtimeMs: now }))).mtimeMs;
}

/** Of a second name of a part file the time of its last write says nothing. */
async function markedFor(path: string, now: number): Promise<number> {
  return now - (await lstat(path).catch(() => ({ ctimeMs: now }))).ctimeMs;
}

async function names(folder: string): Promise<string[]> {
  // A folder that is missing or away has nothing to sweep.
  return readdir(folder).catch(() => []);
}
