import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT, readIfThere, runQuietly } from './command.mjs';
import { TOOLS, withLock } from './lock.mjs';

const WEB = join(ROOT, 'packages', 'web');
const DIST = join(WEB, 'dist');
/** What the built files depend on: the web UI takes its types and calls from the two other packages. */
const SOURCES = ['packages/web', 'packages/contracts/src', 'packages/sdk/src', 'pnpm-lock.yaml'];
const NOT_SOURCES = new Set(['node_modules', 'dist']);

/** Builds the web UI into packages/web/dist when the content of its sources has changed since the last time. */
export async function buildWeb() {
  const stamp = sourceStamp();
  if (isBuilt(stamp)) return;
  await withLock(async () => {
    if (isBuilt(stamp)) return;
    console.error('Building the web UI (takes some seconds) ...');
    // Not in place: a server may be serving the old one right now.
    const work = join(TOOLS, 'web.tmp');
    rmSync(work, { recursive: true, force: true });
    const args = ['build', '--outDir', work, '--emptyOutDir', '--logLevel', 'warn'];
    const env = { ...process.env, NODE_ENV: 'production' };
    await runQuietly(join(WEB, 'node_modules', '.bin', 'vite'), args, { cwd: WEB, env });
    writeFileSync(join(work, '.stamp'), stamp);
    rmSync(DIST, { recursive: true, force: true });
    renameSync(work, DIST);
  });
}

function isBuilt(stamp) {
  return readIfThere(join(DIST, '.stamp')) === stamp;
}

function sourceStamp() {
  const hash = createHash('sha256');
  const add = (path) => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) if (!NOT_SOURCES.has(name)) add(join(path, name));
    } else {
      hash.update(`\0${relative(ROOT, path)}\0`).update(readFileSync(path));
    }
  };
  for (const source of SOURCES) add(join(ROOT, source));
  return hash.digest('hex');
}
