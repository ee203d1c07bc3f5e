import { mkdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem, ROOT } from './command.mjs';

/** What is fetched and made here; may be deleted at any time when nothing runs. */
export const TOOLS = join(ROOT, '.toolchain');

const LOCK = join(TOOLS, 'lock');
/** A lock that its owner has not touched for this long belongs to a process that was killed. */
const STALE_MS = 10_000;
const LOOK_MS = 200;

let held = false;

/** One at a time over all processes that start from this project, also when one of them is killed meanwhile. */
export async function withLock(work) {
  for (let looks = 1; !takeLock(); looks += 1) {
    if (looks === 10) console.error('Waiting for another start of this project, which is installing ...');
    await delay(LOOK_MS);
  }
  held = true;
  const beat = setInterval(touchLock, STALE_MS / 10);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    freeLock();
  }
}

/** For the way out by a signal, too. */
export function freeLock() {
  if (held) rmSync(LOCK, { recursive: true, force: true });
  held = false;
}

function takeLock() {
  try {
    mkdirSync(TOOLS, { recursive: true });
    mkdirSync(LOCK);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST')
      throw new Problem(`${TOOLS} can't be written to (${error.code}): start as the user who owns the project.`);
  }
  const touched = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  if (Date.now() - touched > STALE_MS) rmSync(LOCK, { recursive: true, force: true });
  return false;
}

function touchLock() {
  try {
    utimesSync(LOCK, new Date(), new Date());
  } catch {
    // Gone with the folder: somebody cleans up while we install. The result is checked by its stamp, not by this.
  }
}
