import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './case.ts';
import { engine } from './downloads/engine.ts';
import { requirePrograms } from './downloads/measure.ts';
import { startNginx } from './downloads/nginx.ts';
import { system } from './downloads/system.ts';

export const downloads: Bench = {
  name: 'downloads',
  title: 'downloads from nginx here, beside curl, wget and aria2c',
  async run(say) {
    await requirePrograms();
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'aniworld-bench-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const nginx = stack.use(await startNginx(folder));
    return [...(await engine(nginx, folder, say)), ...(await system(nginx, folder, say))];
  },
};
