import { link, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openQueue } from './queue.fixture.ts';
import { sweep } from './sweeper.ts';

test('a reserved name is as old as its reservation, however long ago the part file was written', async () => {
  await using opened = new AsyncDisposableStack();
  const { db, log } = opened.use(await openQueue());
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-sweep-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const [file, marker] = [join(folder, 'held'), `${'0'.repeat(32)}.name`];
  await writeFile(file, 'one');
  await utimes(file, 1, 1);
  await link(file, join(folder, marker));
  await sweep(db, folder, Date.now(), log);
  expect(await readdir(folder)).toContain(marker);
  await sweep(db, folder, Date.now() + 601_000, log);
  expect(await readdir(folder)).toEqual(['held']);
});
