import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ffmpeg, framesOf, hasFilm, makeFilm } from './film.fixture.ts';
import { listOf, mediaPlaylist, transportSegment } from './packet.fixture.ts';
import { type HlsRig, startHlsRig } from './rig.fixture.ts';

/** A rig with a stream, and a program that says that it is ffmpeg and then does something else. */
async function startWith(script: string): Promise<{ rig: HlsRig; ffmpeg_path: string }> {
  const rig = await startHlsRig();
  for (let n = 0; n < 3; n += 1) rig.origin.lies.set(`s${n}.ts`, transportSegment(n, 1));
  rig.origin.lies.set('a.m3u8', mediaPlaylist(listOf(3)));
  const ffmpeg_path = join(rig.folder, 'ffmpeg');
  await writeFile(ffmpeg_path, `#!/bin/sh\ncase "$*" in *-version*) exit 0 ;; esac\ncd "${rig.folder}"\n${script}\n`);
  await chmod(ffmpeg_path, 0o755);
  return { rig, ffmpeg_path };
}

/** One that only waits to be collected counts as gone (proc(5)). */
const isAlive = (pid: number) =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    (stat) => !/\) Z/.test(stat),
    () => false,
  );

test('an abort while it is joined ends ffmpeg and all that it started', async () => {
  const { rig, ffmpeg_path } = await startWith('sleep 300 & echo $! > child\nmv child started\nwait');
  await using _ = rig;
  const stop = new AbortController();
  const fetching = rig.fetch('a.m3u8', { settings: { ffmpeg_path } }, stop.signal);
  const child = await vi.waitFor(() => readFile(join(rig.folder, 'started'), 'utf8'), { timeout: 10_000 });
  expect(await isAlive(Number(child))).toBe(true);
  stop.abort(new Error('cancelled'));
  await expect(fetching).rejects.toThrow('cancelled');
  await vi.waitFor(async () => expect(await isAlive(Number(child))).toBe(false));
});

test.each([
  ['echo out_time_us=1; echo "av_interleaved_write_frame(): No space left on device" >&2; exit 1', 'no_space'],
  ['echo "Invalid data found" >&2; exit 1', 'bad_content'],
  ['exit 0', 'bad_content'],
])('what ffmpeg says is understood, and nothing is fetched again: %s', async (script, reason) => {
  const { rig, ffmpeg_path } = await startWith(script);
  await using _ = rig;
  rig.origin.lies.set(
    'a.m3u8',
    mediaPlaylist(
      listOf(3).map((one) => ({ ...one, seconds: 30 })),
      { target: 30 },
    ),
  );
  await expect(rig.fetch('a.m3u8', { settings: { ffmpeg_path } })).rejects.toMatchObject({ reason });
  const asked = rig.origin.asked.length;
  for (let tries = 0; tries < 2; tries += 1)
    await expect(rig.fetch('a.m3u8', { settings: { ffmpeg_path } })).rejects.toMatchObject({ reason });
  expect(rig.origin.asked.slice(asked)).toEqual(['a.m3u8', 'a.m3u8']);
});

test.runIf(hasFilm)(
  'subtitles that are asked for lie beside the film, at its times; those that can’t be had are named',
  async () => {
    await using rig = await startHlsRig();
    const film = await makeFilm(rig.folder, 6);
    const list = ['-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod', '-output_ts_offset', '100'];
    await ffmpeg('-i', film, '-map', '0', '-c', 'copy', ...list, join(rig.folder, 'v.m3u8'));
    const media = (language: string, uri: string, more = '') =>
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="t",NAME="${uri}",LANGUAGE="${language}",URI="${uri}.m3u8"${more}`;
    const lines = [media('de', 'de', ',FORCED=YES'), media('en', 'en'), media('fr', 'fr')];
    const variant = '#EXT-X-STREAM-INF:BANDWIDTH=1000,SUBTITLES="t"\nv.m3u8\n';
    rig.origin.lies.set('a.m3u8', ['#EXTM3U', ...lines, variant].join('\n'));
    rig.origin.lies.set('de.m3u8', mediaPlaylist([{ name: 'de.vtt', seconds: 2 }]));
    const text = `WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:${102 * 90_000},LOCAL:00:00:00.000\n\n00:00.500 --> 00:01.000\nHallo\n`;
    rig.origin.lies.set('de.vtt', text);
    const result = await rig.fetch('a.m3u8', { settings: { subtitle_languages: ['de', 'en'] } });
    expect(result.sidecars.map(({ suffix }) => suffix)).toEqual(['.de.forced.vtt']);
    expect(result.notes).toEqual([expect.stringMatching(/^Subtitles \(en\) were left out\./)]);
    // ffmpeg begins a transport stream 1.4 s behind the offset that it was given.
    expect(await readFile(result.sidecars[0]!.path, 'utf8')).toMatch(
      /^WEBVTT\n\n00:00:01\.1\d\d --> 00:00:01\.6\d\d\nHallo\n$/,
    );
    expect(await framesOf(rig.path, 'v')).toEqual(await framesOf(film, 'v'));
  },
);
