import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * `npm run check`: everything that can be said of the code without running it. All checks run, so that one start shows
 * all that is wrong; the exit status is 0 only when none failed. The last line counts them.
 */

const root = join(import.meta.dirname, '..');

interface Check {
  name: string;
  command: string[];
}

const checks: Check[] = [
  { name: 'types', command: ['tsc', '-p', '.', '--noEmit'] },
  { name: 'types of the web page', command: ['tsc', '-p', 'packages/web', '--noEmit'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'format', command: ['biome', 'format', '.'] },
  {
    name: 'fences',
    command: [
      'depcruise',
      '--config',
      '.dependency-cruiser.cjs',
      'packages',
      'services',
      'deploy',
      'test',
      'bench',
      'scripts',
    ],
  },
  { name: 'only run reads the environment', command: ['node', 'scripts/check-environment.ts'] },
  { name: 'unused code', command: ['knip', '--no-progress'] },
  { name: 'generated files', command: ['node', 'scripts/generate.ts', '--check'] },
];

let failed = 0;
for (const check of checks) {
  const begun = Date.now();
  const { code, output } = await run(check.command);
  const seconds = ((Date.now() - begun) / 1_000).toFixed(1);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${check.name} (${seconds} s)`);
  if (code === 0) continue;
  failed += 1;
  console.log(output.trimEnd().replaceAll(/^/gm, '       '));
}
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function run([program = '', ...args]: string[]): Promise<{ code: number; output: string }> {
  const path = program === 'node' ? process.execPath : join(root, 'node_modules/.bin', program);
  return new Promise((resolve) => {
    const child = spawn(path, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => resolve({ code: 1, output: String(error) }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
