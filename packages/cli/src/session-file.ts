import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface StoredSession {
  url: string;
  token: string;
  expires_at: string;
}

/** The stored session, or null when there is none that can be read. */
export async function readSession(file: string): Promise<StoredSession | null> {
  try {
    const stored = JSON.parse(await readFile(file, 'utf8'));
    return typeof stored?.url === 'string' && typeof stored.token === 'string' ? stored : null;
  } catch {
    return null;
  }
}

/** Keeps a session for the next calls, readable by its owner alone. */
export async function writeSession(file: string, session: StoredSession): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${JSON.stringify(session, null, 2)}\n`, { mode: 0o600 });
  // The mode above counts only for a new file.
  await chmod(file, 0o600);
}

export async function clearSession(file: string): Promise<void> {
  await rm(file, { force: true });
}
