import { chmod, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '@aniworld/chassis';
import { startPostgres } from '@aniworld/standalone/postgres';

/** A Postgres of the case's own whose clock can be set while it runs. */
export interface SettableDatabase extends AsyncDisposable {
  /** Of a superuser. */
  url: string;
  /** Sets it by so much from the true time, in milliseconds. */
  set(ms: number): Promise<void>;
}

const LIBRARIES = '/usr/lib';

/**
 * Starts it with libfaketime (Debian's package `faketime`), which stands between the program and the system's clock. Monotonic time
 * stays true.
 * @returns undefined when the library isn't installed
 */
export async function startSettableDatabase(log: Log): Promise<SettableDatabase | undefined> {
  const library = await findLibrary();
  if (!library) return undefined;
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-clock-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  // The server may run as another user.
  await chmod(folder, 0o755);
  const file = join(folder, 'time');
  const set = async (ms: number) => {
    await writeFile(`${file}.new`, `${ms < 0 ? '-' : '+'}${Math.abs(ms) / 1_000}\n`);
    await rename(`${file}.new`, file);
  };
  await set(0);
  const environment = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    // Read at each look, or the server's processes would each have another time for a while.
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  const postgres = opened.use(await startPostgres({ dataDir: folder, log, durability: 'none', environment }));
  const owned = opened.move();
  return { url: postgres.url, set, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function findLibrary(): Promise<string | undefined> {
  for (const machine of await readdir(LIBRARIES).catch(() => [])) {
    const names = await readdir(join(LIBRARIES, machine, 'faketime')).catch((): string[] => []);
    if (names.includes('libfaketime.so.1')) return join(LIBRARIES, machine, 'faketime', 'libfaketime.so.1');
  }
  return undefined;
}
