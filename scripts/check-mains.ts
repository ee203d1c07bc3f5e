import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createLog } from '@aniworld/chassis';
import { environments } from '@aniworld/standalone/environment';
import { startNats } from '@aniworld/standalone/nats';
import { startPostgres } from '@aniworld/standalone/postgres';

/**
 * Starts each service's `main.ts` as a container would and stops it with SIGTERM. The tests compile TypeScript, so only
 * this finds syntax that Node can't strip, and a process that does not end.
 */
const SERVICES = ['auth', 'catalog', 'downloader', 'notifier', 'gateway'] as const;
const root = join(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'aniworld-mains-'));
const log = createLog({ service: 'check', level: 'warn', out: process.stderr });
let failed = 0;
try {
  await using postgres = await startPostgres({ dataDir: folder, log, durability: 'none' });
  await using nats = await startNats({ dataDir: folder, toolsDir: join(root, 'data/tools'), log });
  const told = await environments({
    databaseUrl: postgres.url,
    natsUrl: nats.url,
    dataDir: folder,
    host: '127.0.0.1',
    port: 0,
    logLevel: 'info',
  });
  for (const service of SERVICES) {
    const problem = await startAndStop(service, told[service]);
    console.log(problem ? `FAILED ${service}: ${problem}` : `ok     ${service}`);
    if (problem) failed += 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);

/** @returns what went wrong, or null */
async function startAndStop(service: string, environment: Record<string, string>): Promise<string | null> {
  const main = join(root, 'services', service, 'src/main.ts');
  const child = spawn(process.execPath, [main], {
    env: { PATH: '/usr/bin:/bin', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const hard = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const ready = new Promise<boolean>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => line.includes('"msg":"ready"') && resolve(true));
    void exited.then(() => resolve(false));
  });
  const started = await ready;
  child.kill('SIGTERM');
  const [code, signal] = await exited;
  clearTimeout(hard);
  if (!started) return `it was not ready within 30 s (status ${code}, signal ${signal})`;
  return code === 0 ? null : `it ended with status ${code}, signal ${signal}`;
}
