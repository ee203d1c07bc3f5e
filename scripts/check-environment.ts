import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The environment is read in one place, so that every setting stands in a schema with its default. Programs that are no
 * service (scripts, the command, tests) have one file each that may.
 */
const ALLOWED = [
  /^packages\/chassis\/src\/run\.ts$/,
  /^packages\/cli\/src\/environment\.ts$/,
  /^scripts\//,
  /^(test|bench)\//,
  /^packages\/testing\//,
];

const root = join(import.meta.dirname, '..');
const found: string[] = [];
for await (const path of glob('{packages,services,deploy}/**/*.{ts,tsx}', {
  cwd: root,
  exclude: (name) => name.includes('node_modules') || name === 'dist',
})) {
  if (
    path.includes('node_modules') ||
    /\.(test|fixture)\.tsx?$/.test(path) ||
    ALLOWED.some((allowed) => allowed.test(path))
  )
    continue;
  const text = await readFile(join(root, path), 'utf8');
  if (/\bprocess\.env\b|import\.meta\.env\b(?!\.BASE_URL)/.test(text)) found.push(path);
}
for (const path of found) console.error(`${path} reads the environment; settings come through the service's Config.`);
process.exit(found.length === 0 ? 0 : 1);
