import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockFolder } from './lock.ts';

it('refuses a folder that a living process has, and names that process', async () => {
  await using folder = await temporaryFolder();
  await using _lock = await lockFolder(folder.path);
  await expect(lockFolder(folder.path)).rejects.toThrow(`is in use by process ${process.pid}`);
});

it('gives the folder again once it was let go', async () => {
  await using folder = await temporaryFolder();
  const first = await lockFolder(folder.path);
  await first[Symbol.asyncDispose]();
  await using _second = await lockFolder(folder.path);
  expect(await readdir(folder.path)).toEqual(['lock']);
});

it('takes over from a process that is dead', async () => {
  await using folder = await temporaryFolder();
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  await writeFile(join(folder.path, 'lock'), JSON.stringify({ pid: child.pid, started: '1' }));
  await using _lock = await lockFolder(folder.path);
  expect(await ownerOf(folder.path)).toBe(process.pid);
});

it('takes over when the number of the dead process has gone to another one', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'lock'), JSON.stringify({ pid: process.ppid, started: 'long ago' }));
  await using _lock = await lockFolder(folder.path);
  expect(await ownerOf(folder.path)).toBe(process.pid);
});

it('takes over a file that is no lock of ours', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'lock'), 'half a li');
  await using _lock = await lockFolder(folder.path);
  expect(await ownerOf(folder.path)).toBe(process.pid);
});

it('goes to exactly one of two that find a stale lock at the same moment', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'lock'), JSON.stringify({ pid: process.pid, started: 'long ago' }));
  const results = await Promise.allSettled([lockFolder(folder.path), lockFolder(folder.path)]);
  expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
});

async function ownerOf(folder: string): Promise<number> {
  return JSON.parse(await readFile(join(folder, 'lock'), 'utf8')).pid;
}

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'aniworld-lock-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
