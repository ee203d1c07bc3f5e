import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { enterFolder } from './shared-folder.ts';

async function makeRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'aniworld-shared-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return root;
}

test('downloads into one folder have it open once, until the last of them lets go', async () => {
  const root = await makeRoot();
  const [first, second] = await Promise.all([enterFolder(root, ['A'], null), enterFolder(root, ['A'], null)]);
  expect(second.reach).toBe(first.reach);
  await first[Symbol.asyncDispose]();
  await writeFile(join(second.reach, 'file'), '');
  expect(await second.entries()).toEqual(['file']);
  await second.sync();
  await second[Symbol.asyncDispose]();
  await expect(second.sync()).rejects.toThrow();
});

test('a folder that was moved is not entered once more, and who has it open keeps it', async () => {
  const root = await makeRoot();
  await using old = await enterFolder(root, ['A'], null);
  await rename(join(root, 'A'), join(root, 'B'));
  await mkdir(join(root, 'A'));
  await using fresh = await enterFolder(root, ['A'], null);
  await writeFile(join(fresh.reach, 'file'), '');
  expect(await fresh.entries()).toEqual(['file']);
  expect(await old.entries()).toEqual([]);
});
