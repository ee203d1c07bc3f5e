import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

test('a command whose reader has had enough ends without a word', async () => {
  const child = spawn(process.execPath, [main, 'parse'], { stdio: 'pipe' });
  const ended = once(child, 'exit');
  const said = text(child.stderr);
  // It goes away with its reader.
  child.stdin.on('error', () => undefined);
  child.stdin.write('Show - 01.mkv\n');
  await once(child.stdout, 'data');
  child.stdout.destroy();
  child.stdin.end('Show - 02.mkv\n'.repeat(10_000));
  expect(await ended).toEqual([0, null]);
  expect(await said).toBe('');
});
