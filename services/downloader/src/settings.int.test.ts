import { queue } from '@aniworld/contracts';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startQueueRig } from '@aniworld/testing';
import { expect, inject, it, vi } from 'vitest';

it('takes a yt-dlp that a setting names into use, and out of it, without a restart', async () => {
  await using rig = await startQueueRig({ natsUrl: inject('natsUrl') });
  await using _replica = await rig.replica({ PATH: '/nowhere' });
  const tags = async () => (await rig.bus.call(queue.workers, {})).items.flatMap((worker) => worker.tags);
  const become = (expected: string[]) =>
    vi.waitFor(async () => expect(await tags()).toEqual(expected), { timeout: 10_000, interval: 200 });
  await become(['http', 'hls']);
  const program = join(rig.folder, 'yt-dlp');
  await writeFile(program, '#!/bin/sh\necho 2026.08.19\n');
  await chmod(program, 0o755);
  rig.catalog.configure({}, { download: { ytdlp_path: program } });
  await become(['http', 'hls', 'ytdlp']);
  rig.catalog.configure({}, { download: { ytdlp_path: '' } });
  await become(['http', 'hls']);
});
