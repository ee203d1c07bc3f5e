import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededBytes } from '@aniworld/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ffmpeg, hasFilm } from '../hls/film.fixture.ts';
import { startInspector } from './inspector.ts';

const never = new AbortController().signal;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aniworld-media-'));
});
afterAll(() => rm(folder, { recursive: true }));

const LANGUAGES = ['-metadata:s:a:0', 'language=ger', '-metadata:s:a:1', 'language=jpn'];
const FORMATS: [name: string, container: string, args: string[]][] = [
  ['a.mkv', 'matroska', ['-c:v', 'libx264', '-c:a', 'aac']],
  ['a.webm', 'webm', ['-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libvorbis']],
  ['a.mp4', 'mp4', ['-c:v', 'libx264', '-c:a', 'aac']],
  ['first.mp4', 'mp4', ['-c:v', 'libx264', '-c:a', 'aac', '-movflags', '+faststart']],
  ['parts.mp4', 'mp4', ['-c:v', 'libx264', '-c:a', 'aac', '-movflags', '+frag_keyframe+empty_moov']],
];

describe.runIf(hasFilm)('files that ffmpeg made', () => {
  test.each(FORMATS)('%s gives its facts, and its first half is refused', async (name, container, args) => {
    await using inspector = startInspector();
    const path = join(folder, name);
    const sound = ['-f', 'lavfi', '-i', 'sine=440:duration=8'];
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=8'];
    await ffmpeg(...picture, ...sound, ...sound, '-map', '0', '-map', '1', '-map', '2', ...LANGUAGES, ...args, path);
    const facts = await inspector.inspect(path, never);
    expect(facts.container).toBe(container);
    expect(facts.duration_seconds).toBeCloseTo(8, 0);
    expect(facts.video).toMatchObject([{ codec: container === 'webm' ? 'vp8' : 'h264', width: 320, height: 180 }]);
    expect(facts.audio.map(({ language }) => language)).toEqual(['de', 'ja']);
    const half = join(folder, `half-${name}`);
    const data = await readFile(path);
    await writeFile(half, data.subarray(0, data.length / 2));
    await expect(inspector.inspect(half, never)).rejects.toMatchObject({ reason: 'bad_content' });
    expect(await inspector.inspect(path, never)).toEqual(facts);
  });
});

test.each([
  ['noise', seededBytes('noise', 0, 300_000)],
  ['text', Buffer.from('a message\n'.repeat(1_000))],
  ['a page', Buffer.from('<!doctype html><html><body>Sign in</body></html>')],
  ['nothing', Buffer.alloc(0)],
])('%s is refused', async (name, data) => {
  await using inspector = startInspector();
  const path = join(folder, `${name}.mp4`);
  await writeFile(path, data);
  await expect(inspector.inspect(path, never)).rejects.toMatchObject({ reason: 'bad_content' });
});

test('many that ask at once are all answered, and a file that takes too long costs the others nothing', async () => {
  await using slow = startInspector({ hangingMs: 0 });
  const path = join(folder, 'noise2.mp4');
  await writeFile(path, seededBytes('noise', 0, 3_000_000));
  const outcomes = await Promise.allSettled(Array.from({ length: 3 }, () => slow.inspect(path, never)));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  const gone = AbortSignal.abort(new Error('cancelled'));
  await expect(slow.inspect(path, gone)).rejects.toThrow('cancelled');
});

test('a file that is not there is no bad video', async () => {
  await using inspector = startInspector();
  await expect(inspector.inspect(join(folder, 'none.mp4'), never)).rejects.toMatchObject({ reason: 'internal' });
});
