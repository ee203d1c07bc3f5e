import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Package lists of some 10 MB and the package: a minute on a slow line. Far longer means that nobody answers. */
const FETCH_MS = 300_000;

/**
 * Fetches a package of this Debian or Ubuntu and unpacks it into `folder`, without being root, without touching the
 * system and without an earlier `apt-get update`. What the package depends on is not fetched. Apt checks the
 * distribution's signature. Throws when there is no apt here, no network or no such package.
 */
export async function unpackPackage(name: string, folder: string, signal?: AbortSignal): Promise<void> {
  await mkdir(resolve(folder, '..'), { recursive: true });
  const work = await mkdtemp(`${resolve(folder)}.`);
  try {
    const config = await writeConfig(work);
    const limits = { cwd: work, signal, timeout: FETCH_MS, maxBuffer: 16 * 1024 * 1024 };
    // Its status is no verdict: one dead third-party source fails it, though the distribution's own lists have arrived.
    const update = await run('apt-get', ['-q', '-c', config, 'update'], limits).catch((error: CommandError) => error);
    signal?.throwIfAborted();
    if ('code' in update && update.code === 'ENOENT') throw new Error('there is no apt-get on this system');
    await run('apt-get', ['-q', '-c', config, 'download', name], limits).catch((error: CommandError) => {
      signal?.throwIfAborted();
      throw new Error(reason(update.stdout, update.stderr, error.stderr) || error.message, { cause: error });
    });
    const file = (await readdir(work)).find((entry) => entry.endsWith('.deb'));
    if (!file) throw new Error(`apt-get fetched no ${name}`);
    await run('dpkg-deb', ['-x', file, join(work, 'root')], limits);
    await rm(folder, { recursive: true, force: true });
    await rename(join(work, 'root'), folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

type CommandError = Error & { code?: string | number; stdout: string; stderr: string };

/** Apt keeps the system's sources, keys and proxy, and everything that it writes is in `work`. */
async function writeConfig(work: string): Promise<string> {
  const folders = {
    State: 'state',
    'State::lists': 'lists',
    Cache: 'cache',
    'Cache::archives': 'archives',
    Log: 'log',
  };
  const lines: string[] = [];
  for (const [name, folder] of Object.entries(folders)) {
    await mkdir(join(work, folder, 'partial'), { recursive: true });
    lines.push(`Dir::${name} "${join(work, folder)}";`);
  }
  lines.push(
    // As root, apt would fetch as the user _apt, who can't write to these folders.
    'APT::Sandbox::User "root";',
    // The system's hooks after an update are for the system's lists.
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    'Acquire::Languages "none";',
    'Acquire::Retries "1";',
    'Acquire::http::Timeout "20";',
    'Acquire::https::Timeout "20";',
  );
  const path = join(work, 'apt.conf');
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

/** Apt's own errors, without its warnings and progress. */
function reason(...outputs: string[]): string {
  const lines = outputs.flatMap((text) => text.split('\n')).filter((line) => /^(E|Err):/.test(line));
  return [...new Set(lines)].slice(0, 4).join('; ');
}
