import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadShelf, ShelfIndex } from './index.ts';

test('every clip on the shelf has the size and hash that its index says', async () => {
  const { index, files } = await loadShelf();
  for (const { file, size, sha256 } of index.shows.flatMap(({ episodes }) => episodes)) {
    const bytes = await readFile(files.get(file)?.path ?? '');
    expect({ file, size: bytes.length, sha256: hash(bytes) }).toEqual({ file, size, sha256 });
  }
});

test('the shelf has two seasons with a special, and a show numbered absolutely', async () => {
  const { index } = await loadShelf();
  const numbers = index.shows.map(({ numbering, episodes }) => [
    numbering,
    ...episodes.map(({ season, episode, absolute }) => `${season}x${episode}${absolute ? `=${absolute}` : ''}`),
  ]);
  expect(numbers).toEqual([
    ['seasons', '0x1', '1x1', '1x2', '1x3', '1x4', '2x1', '2x2', '2x3'],
    ['absolute', '1x1=1', '1x2=2', '1x3=3', '1x4=4', '1x5=5', '1x6=6'],
  ]);
});

test('every clip starts with its index, so that a player can start before the end has arrived', async () => {
  const { index, files } = await loadShelf();
  for (const { file } of index.shows.flatMap(({ episodes }) => episodes)) {
    const bytes = await readFile(files.get(file)?.path ?? '');
    expect(boxes(bytes)).toEqual(['ftyp', 'moov', 'free', 'mdat']);
  }
});

test('a document with a path that leaves the shelf, a number twice or a file twice is refused', async () => {
  const { index } = await loadShelf();
  const changed = (change: (copy: ShelfIndex) => void) => {
    const copy = structuredClone(index);
    change(copy);
    return ShelfIndex.safeParse(copy).error?.issues[0]?.message;
  };
  const first = (copy: ShelfIndex, at = 0) => copy.shows[0]?.episodes[at] ?? expect.fail('the shelf is empty');
  for (const file of ['../secret.mp4', '/etc/passwd', 'a//b.mp4', 'a/./b.mp4', 'a%2fb.mp4']) {
    expect(changed((copy) => Object.assign(first(copy), { file }))).toContain('pattern');
  }
  expect(changed((copy) => Object.assign(first(copy), { season: 1 }))).toContain('same season');
  expect(changed((copy) => Object.assign(first(copy), { file: first(copy, 1).file }))).toContain('named twice');
});

test('a shelf whose clip is missing or cut is refused with the name of the file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shelf-'));
  const clip = { season: 1, episode: 1, absolute: 1, title: 'T', air_date: '2026-01-01', overview: '', duration: 1 };
  const episodes = [{ ...clip, file: 'a.mp4', size: 3, sha256: hash(Buffer.from('abc')) }];
  const show = { id: 'a', title: 'A', synonyms: [], year: 2026, numbering: 'absolute', overview: '' };
  const shows = [{ ...show, poster: 'a.svg', episodes }];
  const document = { catalogue: 1, name: 'A', license: 'MIT', updated: '2026-01-01T00:00:00Z', shows };
  await writeFile(join(folder, 'index.json'), JSON.stringify(document));
  await writeFile(join(folder, 'a.svg'), '<svg/>');
  await expect(loadShelf(folder)).rejects.toThrow('a.mp4');
  await writeFile(join(folder, 'a.mp4'), 'ab');
  await expect(loadShelf(folder)).rejects.toThrow('a.mp4 has 2 bytes');
  await writeFile(join(folder, 'a.mp4'), 'abc');
  expect([...(await loadShelf(folder)).files.keys()]).toEqual(['index.json', 'a.svg', 'a.mp4']);
  await rm(folder, { recursive: true });
});

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The names of an MP4's outermost boxes (ISO 14496-12 section 4.2). */
function boxes(bytes: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += Math.max(8, bytes.readUInt32BE(at))) {
    names.push(bytes.toString('latin1', at + 4, at + 8));
  }
  return names;
}
