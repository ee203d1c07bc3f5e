import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ffmpeg, framesOf, hasFilm, makeFilm } from './film.fixture.ts';
import type { HlsFetched } from './job.ts';
import { type HlsRig, NO_FFMPEG, startHlsRig } from './rig.fixture.ts';

const HLS = ['-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod'];
const FMP4 = ['-hls_segment_type', 'fmp4'];
const ONE_FILE = ['-hls_flags', 'single_file'];
const COPY = ['-map', '0:v', '-map', '0:a', '-c', 'copy'];

describe.runIf(hasFilm)('streams that ffmpeg made', () => {
  let folder: string;
  let film: string;
  let picture: string[];
  let sound: string[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aniworld-film-'));
    film = await makeFilm(folder, 12);
    picture = await framesOf(film, 'v');
    sound = await framesOf(film, 'a');
  });
  afterAll(() => rm(folder, { recursive: true }));

  const expectFilm = async (path: string) => {
    expect(await framesOf(path, 'v')).toEqual(picture);
    expect(await framesOf(path, 'a')).toEqual(sound);
  };
  const cut = (rig: HlsRig, ...args: string[]) =>
    ffmpeg('-i', film, ...COPY, ...HLS, ...args, join(rig.folder, 'film.m3u8'));

  test.each([
    ['transport segments', []],
    ['fragments with a map', FMP4],
    ['ranges of one transport stream', ONE_FILE],
    ['ranges of one fragmented file', [...FMP4, ...ONE_FILE]],
  ])('%s are joined frame by frame, with and without ffmpeg', async (_, args) => {
    await using rig = await startHlsRig();
    await cut(rig, ...args);
    expect(await rig.fetch('film.m3u8', NO_FFMPEG)).toMatchObject({ ext: args.includes('fmp4') ? 'mp4' : 'ts' });
    await expectFilm(rig.path);
    const before = rig.origin.asked.length;
    const result = await rig.fetch('film.m3u8');
    expect(result).toMatchObject({ ext: 'mkv', sidecars: [], notes: [] });
    expect(rig.origin.asked.slice(before)).toEqual(['film.m3u8']);
    expect((await rig.bytes()).length).toBe(result.size);
    await expectFilm(rig.path);
  });

  test('an encrypted stream is decrypted, and its key is asked for once', async () => {
    await using rig = await startHlsRig();
    await writeFile(join(rig.folder, 'key'), Buffer.from('0123456789abcdef'));
    await writeFile(join(rig.folder, 'info'), `key\n${join(rig.folder, 'key')}\n0123456789abcdef0123456789abcdef`);
    await cut(rig, '-hls_key_info_file', join(rig.folder, 'info'));
    await rig.fetch('film.m3u8');
    await expectFilm(rig.path);
    expect(rig.origin.asked.filter((name) => name === 'key')).toHaveLength(1);
  });

  test.each([
    ['transport segments', []],
    ['fragments', FMP4],
  ])('sound that comes apart is joined with the picture that the quality asks for: %s', async (_, kind) => {
    await using rig = await startHlsRig();
    const sizes = ['80x46', '160x90', '240x136'];
    const pictures = sizes.flatMap((size, i) => ['-map', '0:v', `-filter:v:${i}`, `scale=${size.replace('x', ':')}`]);
    const streams = [...sizes.map((_, i) => `v:${i},agroup:sound`), 'a:0,agroup:sound,language:de,default:yes'].join(
      ' ',
    );
    await ffmpeg(
      ...[
        '-i',
        film,
        ...pictures,
        '-map',
        '0:a',
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        '-g',
        '25',
        '-c:a',
        'copy',
      ],
      ...['-b:v:0', '50k', '-b:v:1', '200k', '-b:v:2', '400k', '-var_stream_map', streams, ...HLS, ...kind],
      ...['-master_pl_name', 'master.m3u8', join(rig.folder, 'v%v.m3u8')],
    );
    await expect(rig.fetch('master.m3u8', NO_FFMPEG)).rejects.toThrow('needs ffmpeg');
    await rig.fetch('master.m3u8');
    expect(rig.origin.asked).toContain('v2.m3u8');
    expect(await framesOf(rig.path, 'v')).toEqual(await framesOf(join(rig.folder, 'v2.m3u8'), 'v'));
    expect(await framesOf(rig.path, 'a')).toEqual(sound);
    await rig.fetch('master.m3u8', { settings: { quality: 'least' } });
    expect(await framesOf(rig.path, 'v')).toEqual(await framesOf(join(rig.folder, 'v0.m3u8'), 'v'));
  });

  test('a stream in several stretches is joined in their order', async () => {
    await using rig = await startHlsRig();
    await cut(rig);
    const playlist = await readFile(join(rig.folder, 'film.m3u8'), 'utf8');
    const body = playlist.replace('#EXT-X-ENDLIST', '').split('\n').slice(4).join('\n').trim();
    await writeFile(
      join(rig.folder, 'twice.m3u8'),
      `${playlist.replace('#EXT-X-ENDLIST', '').trim()}\n#EXT-X-DISCONTINUITY\n${body}\n#EXT-X-ENDLIST\n`,
    );
    await rig.fetch('twice.m3u8');
    expect(await framesOf(rig.path, 'v')).toEqual([...picture, ...picture]);
  });

  test('a fetch goes on after the last whole segment', async () => {
    await using rig = await startHlsRig();
    await cut(rig, ...FMP4);
    const stop = new AbortController();
    const onWritten = (now: HlsFetched) => {
      rig.fetched = now;
      if ((now.runs[0]?.[1] ?? 0) >= 3) stop.abort(new Error('enough'));
    };
    await expect(rig.fetch('film.m3u8', { onWritten, connections: 1 }, stop.signal)).rejects.toThrow('enough');
    const { length } = rig.origin.asked;
    await rig.fetch('film.m3u8');
    expect(rig.origin.asked.slice(length)).toEqual(['film.m3u8', 'film2.m4s', 'film3.m4s', 'film4.m4s', 'film5.m4s']);
    await expectFilm(rig.path);
  });
});
