import { createLog } from '@aniworld/chassis';
import { AppConfig, type Resolved, Source } from '@aniworld/contracts';
import { createEgress } from '@aniworld/egress';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Publishing } from './checkpoint.ts';
import { createSidecars } from './sidecar.ts';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
const log = createLog({ service: 'test', level: 'silent', out: null });

async function openStage(library: object, allowPrivate = ['127.0.0.0/8']) {
  const stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-sidecar-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    if (request.url === '/moved') response.writeHead(302, { location: '/still' }).end();
    else response.end(request.url === '/page' ? '<html>' : JPEG);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(async () => void (await new Promise((done) => server.close(done))));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const egress = stack.use(createEgress({ allowPrivate }));
  const path = join(folder, 'A (2024)/Season 01/A - S01E01 - B.mkv');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'video');
  const settings = { current: AppConfig.parse({ library }) };
  const sidecars = createSidecars({ settings, egress, log });
  const published: Publishing = { v: 1, folder, epoch: 1, path, size: 5, sha256: '' };
  const names = { series: 'A', year: 2024, season: 1, episode: 1, absolute: null, title: 'B' };
  const source = Source.parse({ engine: 'http', url });
  return {
    ...{ folder, url, asked },
    write: (about: Resolved['about'] = {}) =>
      sidecars.write({ source, names, folder, about }, published, [], AbortSignal.timeout(10_000)),
    series: () => readdir(join(folder, 'A (2024)')),
    season: () => readdir(dirname(path)),
    at: (...parts: string[]) => join(folder, 'A (2024)', ...parts),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test('nothing is written that the settings do not want', async () => {
  await using stage = await openStage({});
  await stage.write({ poster_url: `${stage.url}/poster` });
  expect(await stage.series()).toEqual(['Season 01']);
  expect(await stage.season()).toEqual(['A - S01E01 - B.mkv']);
  expect(stage.asked).toEqual([]);
});

test('an NFO of the series and one of the episode are written, and written anew', async () => {
  await using stage = await openStage({ nfo: true, file_mode: '640' });
  await stage.write({ plot: 'first' });
  await stage.write({ plot: 'second' });
  expect(await stage.series()).toEqual(['Season 01', 'tvshow.nfo']);
  expect(await stage.season()).toEqual(['A - S01E01 - B.mkv', 'A - S01E01 - B.nfo']);
  expect(await readFile(stage.at('Season 01', 'A - S01E01 - B.nfo'), 'utf8')).toContain('<plot>second</plot>');
  expect((await stat(stage.at('tvshow.nfo'))).mode & 0o777).toBe(0o640);
});

test('an NFO that somebody else has written stays', async () => {
  await using stage = await openStage({ nfo: true });
  await writeFile(stage.at('tvshow.nfo'), '<tvshow>mine</tvshow>');
  await stage.write();
  expect(await readFile(stage.at('tvshow.nfo'), 'utf8')).toBe('<tvshow>mine</tvshow>');
  expect(await stage.season()).toContain('A - S01E01 - B.nfo');
});

test('poster and still are fetched once, past redirects', async () => {
  await using stage = await openStage({ artwork: true });
  const about = { poster_url: `${stage.url}/poster`, still_url: `${stage.url}/moved` };
  await stage.write(about);
  await stage.write(about);
  expect(stage.asked).toEqual(['/poster', '/moved', '/still']);
  expect(await readFile(stage.at('poster.jpg'))).toEqual(JPEG);
  expect(await readFile(stage.at('Season 01', 'A - S01E01 - B-thumb.jpg'))).toEqual(JPEG);
});

test('a page in place of a picture, and a private address that is not allowed, leave nothing and break nothing', async () => {
  await using open = await openStage({ artwork: true });
  await open.write({ poster_url: `${open.url}/page` });
  expect(await open.series()).toEqual(['Season 01']);
  await using guarded = await openStage({ artwork: true }, []);
  await guarded.write({ poster_url: `${guarded.url}/poster` });
  expect(await guarded.series()).toEqual(['Season 01']);
  expect(guarded.asked).toEqual([]);
});
