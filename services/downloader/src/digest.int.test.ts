import { seededBytes } from '@aniworld/testing';
import { createHash } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { crc32 } from 'node:zlib';
import { startDigester } from './digest.ts';

const MIB = 1024 * 1024;
const signal = new AbortController().signal;
const all = ['sha256', 'sha1', 'md5', 'crc32'] as const;
const digestsOf = (data: Buffer) => ({
  sha256: createHash('sha256').update(data).digest('hex'),
  sha1: createHash('sha1').update(data).digest('hex'),
  md5: createHash('md5').update(data).digest('hex'),
  crc32: crc32(data).toString(16).padStart(8, '0'),
});

async function openFile() {
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-digest-'));
  const path = join(folder, 'file');
  const handle = await open(path, 'w+');
  return {
    ...{ path, handle },
    async [Symbol.asyncDispose]() {
      await handle.close();
      await rm(folder, { recursive: true });
    },
  };
}

test('a file that grows has all its checksums when it is whole', async () => {
  await using file = await openFile();
  await using digester = startDigester();
  using following = digester.follow(file.path, all);
  const data = seededBytes('a', 0, 20 * MIB + 7);
  for (let at = 0; at < data.length; at += MIB) {
    await file.handle.write(data, at, Math.min(MIB, data.length - at), at);
    following.reach(Math.min(at + MIB, data.length));
  }
  expect(await following.finish(data.length, () => undefined, signal)).toEqual(digestsOf(data));
});

test('a file that is begun anew is hashed anew', async () => {
  await using file = await openFile();
  await using digester = startDigester();
  using following = digester.follow(file.path, ['sha256']);
  await file.handle.write(seededBytes('a', 0, 8 * MIB), 0, 8 * MIB, 0);
  following.reach(8 * MIB);
  following.reach(0);
  const data = seededBytes('b', 0, 9 * MIB);
  await file.handle.write(data, 0, data.length, 0);
  following.reach(4 * MIB);
  const { sha256 } = digestsOf(data);
  expect(await following.finish(data.length, () => undefined, signal)).toEqual({ sha256 });
});

test('a file that is shorter than it should be has no checksum', async () => {
  await using file = await openFile();
  await using digester = startDigester();
  using following = digester.follow(file.path, ['sha256']);
  await file.handle.write(Buffer.alloc(10));
  await expect(following.finish(11, () => undefined, signal)).rejects.toMatchObject({ reason: 'internal' });
});

test('several files are followed at once, and an empty one too', async () => {
  await using digester = startDigester();
  await using stack = new AsyncDisposableStack();
  const sizes = [0, 1, 3 * MIB, 30 * MIB];
  const digests = sizes.map(async (size) => {
    const file = stack.use(await openFile());
    const following = stack.use(digester.follow(file.path, ['sha256']));
    await file.handle.write(seededBytes('a', 0, size));
    return following.finish(size, () => undefined, signal);
  });
  const expected = sizes.map((size) => ({ sha256: digestsOf(seededBytes('a', 0, size)).sha256 }));
  expect(await Promise.all(digests)).toEqual(expected);
});
