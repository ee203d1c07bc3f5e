import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ffmpeg, framesOf, hasFilm, makeFilm } from '../hls/film.fixture.ts';
import { type FolderOrigin, serveFolder } from '../hls/origin.fixture.ts';
import { findYtdlp } from './program.ts';
import { startYtdlpRig, type YtdlpChanges } from './stub.fixture.ts';

const SEARCH_PATH = process.env['PATH'] ?? '';
const program = await findYtdlp('', SEARCH_PATH, AbortSignal.timeout(10_000));
if (!program) console.log('yt-dlp is not on the PATH: what the real program does is not tested.');
// The origin's pages are nobody's in particular, and that part of an old program stays shut.
else if (!program.readsAnyPage)
  console.log(`yt-dlp ${program.version} is too old: what a real one does is not tested.`);

describe.runIf(program?.readsAnyPage && hasFilm)('the real yt-dlp', () => {
  let folder: string;
  let film: string;
  let picture: string[];
  let origin: FolderOrigin;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aniworld-real-'));
    film = await makeFilm(folder, 6);
    picture = await framesOf(film, 'v');
    origin = await serveFolder(folder);
  });
  afterAll(async () => {
    await origin[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const cut = (name: string, ...args: string[]) =>
    ffmpeg('-i', film, '-map', '0:v', '-map', '0:a', '-c', 'copy', ...args, join(folder, name));
  const start = async () => {
    const rig = await startYtdlpRig(program!.path);
    const fetch = (name: string, changes: YtdlpChanges = {}) =>
      rig.fetch(origin.url(name), { searchPath: SEARCH_PATH, ...changes });
    return { ...rig, fetch };
  };

  test('fetches a file, byte by byte', async () => {
    await using rig = await start();
    await cut('plain.mp4', '-movflags', '+faststart');
    const { path: file, ext } = await rig.fetch('plain.mp4');
    expect(ext).toBe('mp4');
    expect(await readFile(file)).toEqual(await readFile(join(folder, 'plain.mp4')));
    const { length } = await readFile(file);
    expect(rig.progress.at(-1)).toEqual([length, length]);
  });

  test('goes on where an earlier try was cut', async () => {
    await using rig = await start();
    await cut('again.mp4');
    const data = await readFile(join(folder, 'again.mp4'));
    const half = data.length >> 1;
    origin.lies.set('again.mp4', (request, response) => {
      const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const about = {
        'content-length': data.length - from,
        'content-range': `bytes ${from}-${data.length - 1}/${data.length}`,
      };
      response.writeHead(from > 0 ? 206 : 200, { 'accept-ranges': 'bytes', ...about });
      // No second request gets any further.
      response.write(data.subarray(from, Math.max(from, half)), () => response.destroy());
    });
    await expect(rig.fetch('again.mp4')).rejects.toMatchObject({ reason: 'network' });
    const [part] = (await readdir(rig.scratch)).filter((name) => name.endsWith('.part'));
    expect(part).toBe('media.mp4.part');
    origin.lies.delete('again.mp4');
    const { path: file } = await rig.fetch('again.mp4');
    expect(await readFile(file)).toEqual(data);
    expect(origin.headers.get('again.mp4')?.range).toMatch(/^bytes=[1-9]/);
  });

  test('puts picture and sound together that come apart, when there is ffmpeg', async () => {
    await using rig = await start();
    await cut('film.mpd', '-f', 'dash', '-seg_duration', '2');
    const { path: file } = await rig.fetch('film.mpd');
    expect(await framesOf(file, 'v')).toEqual(picture);
    expect((await framesOf(file, 'a')).length).toBeGreaterThan(100);
  });

  test('saves subtitles of the wanted languages', async () => {
    await using rig = await start();
    await cut('spoken.m3u8', '-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod');
    const subtitle = (name: string) =>
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="${name}",LANGUAGE="${name}",URI="text.m3u8"`;
    const variant = '#EXT-X-STREAM-INF:BANDWIDTH=500000,RESOLUTION=64x48,SUBTITLES="s"\nspoken.m3u8\n';
    await writeFile(join(folder, 'master.m3u8'), `#EXTM3U\n${subtitle('de')}\n${subtitle('fr')}\n${variant}`);
    await writeFile(
      join(folder, 'text.m3u8'),
      '#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\ntext.vtt\n#EXT-X-ENDLIST\n',
    );
    await writeFile(join(folder, 'text.vtt'), 'WEBVTT\n\n00:00.000 --> 00:02.000\nHallo\n');
    const { path: file, sidecars } = await rig.fetch('master.m3u8', { settings: { subtitle_languages: ['de'] } });
    expect(sidecars).toEqual([{ path: join(rig.scratch, 'media.de.vtt'), suffix: '.de.vtt' }]);
    expect(await readFile(sidecars[0]!.path, 'utf8')).toContain('Hallo');
    expect(await framesOf(file, 'v')).toEqual(picture);
  });

  test('takes one video of a page, and refuses a page of several', async () => {
    await using rig = await start();
    await cut('a.mp4');
    await cut('b.mp4');
    await writeFile(join(folder, 'one.html'), '<title>x</title><video src="a.mp4"></video>');
    await writeFile(join(folder, 'two.html'), '<title>x</title><video src="a.mp4"></video><video src="b.mp4"></video>');
    expect(await rig.fetch('one.html')).toMatchObject({ ext: 'mp4' });
    await expect(rig.fetch('two.html')).rejects.toMatchObject({ reason: 'bad_content', message: /several videos/ });
  });

  test('refuses a stream that goes on, or follows it to its end, by setting', async () => {
    await using rig = await start();
    await cut('live.m3u8', '-f', 'hls', '-hls_time', '2', '-hls_list_size', '0');
    const whole = await readFile(join(folder, 'live.m3u8'), 'utf8');
    const goesOn = whole.replace('#EXT-X-ENDLIST', '');
    await writeFile(join(folder, 'live.m3u8'), goesOn);
    await expect(rig.fetch('live.m3u8')).rejects.toMatchObject({ reason: 'bad_content', message: /still going on/ });
    let asked = 0;
    origin.lies.set('live.m3u8', (_, response) => void response.end((asked += 1) > 3 ? whole : goesOn));
    const { path: file } = await rig.fetch('live.m3u8', { settings: { live: 'follow' } });
    expect((await framesOf(file, 'v')).length).toBe(picture.length);
  });

  test('a link that has expired, one that is gone, one that wants patience', async () => {
    await using rig = await start();
    for (const [status, reason] of [
      [403, 'auth'],
      [404, 'gone'],
      [410, 'gone'],
      [418, 'http_4xx'],
      [429, 'rate_limited'],
      [500, 'http_5xx'],
    ] as const) {
      origin.lies.set('status.mp4', (_, response) => void response.writeHead(status).end());
      await expect(rig.fetch('status.mp4')).rejects.toMatchObject({ reason });
    }
  });

  test('is led nowhere that the guard refuses', async () => {
    await using rig = await start();
    for (const target of ['http://10.1.2.3/a.mp4', 'https://10.1.2.3/a.mp4', 'ftp://10.1.2.3/a.mp4']) {
      origin.lies.set('led.mp4', (_, response) => void response.writeHead(302, { location: target }).end());
      await expect(rig.fetch('led.mp4')).rejects.toMatchObject({
        reason: expect.stringMatching(/http_4xx|bad_content/),
      });
    }
  });
});
