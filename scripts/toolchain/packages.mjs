import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, readIfThere, runQuietly, usePath } from './command.mjs';
import { TOOLS, withLock } from './lock.mjs';
import { installTool } from './node.mjs';

const PNPM = {
  name: 'pnpm',
  version: '10.34.8',
  integrity: 'sha512-9ieo6XE0Ov5J39D2PQKCNCAd+oMdXLWIcz4eX42ya/FpiaMhYatcG02zsf28NzFgYGtbieAC323RmoWt+R/FqA==',
  bin: { pnpm: 'bin/pnpm.cjs' },
};
/** Later ones take other arguments, and getting ours takes seconds. */
const MAJOR = 10;
const STAMP = join(ROOT, 'node_modules', '.aniworld-stamp');

/** Installs from the lockfile when anything that decides the result has changed since the last time. */
export async function installPackages(nodeVersion) {
  const ours = join(TOOLS, `${PNPM.name}-${PNPM.version}`, 'node_modules', '.bin');
  if (existsSync(ours)) usePath(ours, join(ours, 'pnpm'));
  const stamp = dependencyStamp(nodeVersion);
  if (readIfThere(STAMP) === stamp) return;
  if (!hasPnpm()) {
    await installTool(PNPM, 'pnpm');
    usePath(ours, join(ours, 'pnpm'));
  }
  await withLock(async () => {
    if (readIfThere(STAMP) === stamp) return;
    console.error('Installing the dependencies (takes about a minute) ...');
    // The development dependencies whatever NODE_ENV says: the web UI is built with them. No question nobody can answer.
    const wanted = ['install', '--frozen-lockfile', '--prod=false', '--config.confirm-modules-purge=false'];
    const limits = ['--fetch-retry-mintimeout=2000', '--fetch-retry-maxtimeout=10000'];
    await runQuietly('pnpm', [...wanted, ...limits, '--reporter=append-only', '--loglevel=info'], { cwd: ROOT });
    writeFileSync(STAMP, stamp);
  });
}

function hasPnpm() {
  // Asked from outside of the project and without questions: it may be corepack's stand-in, which would fetch another.
  const env = { ...process.env, COREPACK_ENABLE_DOWNLOAD_PROMPT: '0', COREPACK_ENABLE_STRICT: '0' };
  const { stdout } = spawnSync('pnpm', ['--version'], { cwd: tmpdir(), env, encoding: 'utf8', timeout: 15_000 });
  return Number.parseInt(stdout, 10) === MAJOR;
}

function dependencyStamp(nodeVersion) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${nodeVersion}`);
  const manifests = ['.', ...workspaceFolders()].map((folder) => join(folder, 'package.json'));
  for (const file of ['pnpm-workspace.yaml', 'pnpm-lock.yaml', ...manifests])
    hash.update(`\0${file}\0${readIfThere(join(ROOT, file)) ?? ''}`);
  return hash.digest('hex');
}

/** As pnpm-workspace.yaml lists them: `folder`, or `parent/*` for all folders in it. */
function workspaceFolders() {
  const text = readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8');
  const [, list = ''] = text.match(/^packages:\n((?: .*\n)*)/m) ?? [];
  const entries = [...list.matchAll(/- *["']?([^"'\s]+)/g)].map(([, entry]) => entry);
  return entries.flatMap((entry) => {
    const parent = entry.replace(/\/\*$/, '');
    return parent === entry
      ? [entry]
      : readdirSync(join(ROOT, parent), { withFileTypes: true })
          .filter((item) => item.isDirectory())
          .map((item) => join(parent, item.name))
          .sort();
  });
}
