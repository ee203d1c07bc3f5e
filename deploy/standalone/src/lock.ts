import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startedAt } from './pid.ts';

type Owner = { pid: number; started: string };

/**
 * Takes `folder` for this process until it is disposed or the process ends, however that happens.
 * Throws when a living process has it; what a dead one left is no obstacle.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'lock');
  const mine = await claimFile(folder);
  try {
    // link() fails when the name exists, and the file is complete from its first moment on.
    while (!(await linked(mine, path))) await removeStale(path, folder);
  } finally {
    await rm(mine, { force: true });
  }
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

async function claimFile(folder: string): Promise<string> {
  const owner: Owner = { pid: process.pid, started: (await startedAt(process.pid)) ?? '' };
  const path = join(folder, `lock.${randomUUID()}`);
  await writeFile(path, JSON.stringify(owner));
  return path;
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeStale(path: string, folder: string): Promise<void> {
  const found = await readFile(path, 'utf8').catch(() => undefined);
  if (found === undefined) return;
  const owner = parseOwner(found);
  if (owner && (await startedAt(owner.pid)) === owner.started) {
    throw new Error(
      `The data folder ${folder} is in use by process ${owner.pid}. ` +
        'Stop that one first, or start this one with another data folder.',
    );
  }
  // Moved away before it is removed: of two processes that find it stale, the slower one may hold the faster one's new lock.
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  const moved = await readFile(aside, 'utf8').catch(() => undefined);
  if (moved !== undefined && moved !== found) await linked(aside, path);
  await rm(aside, { force: true });
}

function parseOwner(text: string): Owner | undefined {
  try {
    const { pid, started } = JSON.parse(text) as Partial<Owner>;
    return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}
