import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@aniworld/chassis';
import { startStandalone } from '@aniworld/standalone';
import { journey } from './demo/journey.ts';
import { createScreen } from './demo/screen.ts';

/**
 * `npm run demo [-- --json] [-- --keep]`: the main job in a temporary folder, offline. Starts the system with two worker
 * processes, does what a person does, kills a worker in the middle, and proves that every file arrived whole.
 *
 * The exit status is 0 only when all of it is true. With `--json` the last line is one JSON object.
 */
const json = process.argv.includes('--json');
const keep = process.argv.includes('--keep');
const begun = performance.now();
const screen = createScreen(json ? process.stderr : process.stdout);
const folder = await mkdtemp(join(tmpdir(), 'aniworld-demo-'));
const log = createLog({ service: 'demo', level: 'info', out: null, dir: join(folder, 'logs') });
let ok = false;
try {
  screen.say(`starting the system in ${folder}`);
  await using system = await startStandalone(
    // The sample shelf is slowed down, so that a worker can be killed while it downloads.
    {
      dataDir: join(folder, 'data'),
      libraryDir: join(folder, 'library'),
      port: 0,
      host: '127.0.0.1',
      downloaders: 2,
      shelfBytesPerSecond: 80_000,
    },
    log,
  );
  const result = await journey(system, join(folder, 'library'), screen);
  ok = result.ok;
  if (json)
    process.stdout.write(
      `${JSON.stringify({ ...result, seconds: Math.round((performance.now() - begun) / 100) / 10 })}\n`,
    );
} catch (error) {
  screen.say(`the demo failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, error: String(error) })}\n`);
} finally {
  screen.close();
  if (ok && !keep) await rm(folder, { recursive: true, force: true });
  else screen.say(`kept for a look: ${folder}`);
}
process.exit(ok ? 0 : 1);
