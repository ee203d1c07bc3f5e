import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { findProgram } from '../search-path.ts';
import { aliveInGroup, FILM, startYtdlpRig } from './stub.fixture.ts';

const ADDRESS = 'http://127.0.0.1/watch?v=1';
const SAVES = `save('media.mp4');`;

it('hands back the file, its size and what it is, and tells how far it is', async () => {
  await using rig = await startYtdlpRig();
  await rig.stub(`
    const part = (name, done, total) => say('progress ' + JSON.stringify(
      { status: 'downloading', filename: name, downloaded_bytes: done, total_bytes: total }));
    part('media.f1.webm', 10, 100); part('media.f1.webm', 100, 100); part('media.f2.webm', 5, 50);
    say('progress nonsense'); say('[download] nonsense');
    save('media.webm'); fs.writeFileSync('media.en-US.vtt', 'WEBVTT'); fs.writeFileSync('media.webm.ytdl', '{}');`);
  expect(await rig.fetch(ADDRESS)).toEqual({
    path: join(rig.scratch, 'media.webm'),
    size: FILM.length,
    ext: 'webm',
    sidecars: [{ path: join(rig.scratch, 'media.en-US.vtt'), suffix: '.en-US.vtt' }],
    notes: [],
  });
  expect(rig.progress).toEqual([
    [10, 100],
    [100, 100],
    [105, 150],
  ]);
});

it('tells the child nothing of the worker, and no secret where every user can read it', async () => {
  await using rig = await startYtdlpRig();
  await rig.stub(SAVES);
  process.env['ANIWORLD_TEST_SECRET'] = 'secret';
  const headers = { 'User-Agent': 'Player', Authorization: 'Bearer secret', Cookie: 'a=secret' };
  const { notes } = await rig.fetch(ADDRESS, { headers });
  delete process.env['ANIWORLD_TEST_SECRET'];
  const { args, env, cwd } = (await rig.started())!;
  expect(JSON.stringify([args, env])).not.toContain('secret');
  expect(notes).toHaveLength(2);
  expect(args).toContain('User-Agent:Player');
  expect(args.slice(-2)).toEqual(['--', ADDRESS]);
  expect(cwd).toBe(rig.scratch);
  expect(env['HOME']).toBe(join(rig.scratch, '.home'));
  expect(env['https_proxy']).toMatch(/^http:\/\/child:.+@127\.0\.0\.1:\d+$/);
  expect(args.join(' ')).not.toContain(env['https_proxy']);
});

it('asks for the version once, and says when it is too old', async () => {
  await using rig = await startYtdlpRig();
  await rig.stub(SAVES, '2023.03.04');
  const asked = join(rig.scratch, '..', 'asked');
  expect((await rig.fetch(ADDRESS)).notes).toEqual([
    'yt-dlp 2023.03.04 is too old to be safe: install 2024.07.01 or later.',
  ]);
  await rig.fetch(ADDRESS);
  expect(await readFile(asked, 'utf8')).toBe('asked\n');
  // That one could be led around the proxy by any page.
  expect((await rig.started())!.args.join(' ')).toContain('--use-extractors default,-generic');
});

it('says so when there is no yt-dlp', async () => {
  await using rig = await startYtdlpRig();
  const none = { settings: { ytdlp_path: '' }, searchPath: rig.scratch };
  await expect(rig.fetch(ADDRESS, none)).rejects.toMatchObject({ reason: 'no_source', message: /has no yt-dlp/ });
  await rig.stub('', 'hello');
  await expect(rig.fetch(ADDRESS)).rejects.toMatchObject({ reason: 'no_source' });
});

it('starts nothing for an address that the guard refuses, and says what would allow it', async () => {
  await using rig = await startYtdlpRig();
  await rig.stub(SAVES);
  const refusal = { reason: 'http_4xx', message: expect.stringContaining('network.allow_private') };
  await expect(rig.fetch('http://10.1.2.3/')).rejects.toMatchObject(refusal);
  expect(await rig.started()).toBeNull();
});

it('says what the guard refused when the child asked for it', async () => {
  await using rig = await startYtdlpRig();
  await rig.stub(`
    const { hostname, port, username, password } = new URL(process.env.http_proxy);
    const login = 'Basic ' + Buffer.from(username + ':' + password).toString('base64');
    const path = 'http://169.254.169.254/latest';
    require('node:http').get({ host: hostname, port, path, headers: { 'proxy-authorization': login } }, (reply) => {
      console.error('ERROR: HTTP Error ' + reply.statusCode); process.exit(1);
    });`);
  const refusal = { reason: 'http_4xx', message: expect.stringContaining('169.254.169.254') };
  await expect(rig.fetch(ADDRESS)).rejects.toMatchObject(refusal);
});

test.each([
  ['nothing', '', 'bad_content', /left no video/],
  ['nothing, of a stream that goes on', `say('info {"is_live": true}');`, 'bad_content', /still going on/],
  ['nothing, of a list', `say('info {"playlist_count": 12}');`, 'bad_content', /several videos/],
  ['an empty file', `fs.writeFileSync('media.mp4', '');`, 'bad_content', /empty/],
  ['two videos', `save('a.mp4'); save('b.mkv');`, 'bad_content', /several videos/],
  ['a page', `fs.writeFileSync('media.mp4', '<!doctype html><html>');`, 'bad_content', /page/],
  ['a second name of another file', `save('.home/a'); fs.linkSync('.home/a', 'media.mp4');`, 'bad_content', /no video/],
  ['a link', `fs.symlinkSync('/etc/passwd', 'media.mp4');`, 'bad_content', /left no video/],
  [
    'what was not finished',
    `save('media.mp4.part'); save('media.temp.mp4'); save('media.f137.mp4');`,
    'bad_content',
    /no video/,
  ],
])('refuses %s though the child ended well', async (_, body, reason, message) => {
  await using rig = await startYtdlpRig();
  await rig.stub(body);
  await expect(rig.fetch(ADDRESS)).rejects.toMatchObject({ reason, message: expect.stringMatching(message) });
});

it('takes the one video under whatever name it has', async () => {
  await using rig = await startYtdlpRig();
  await rig.stub(
    `fs.mkdirSync('sub'); save('sub/The film [final.f1].MKV'); fs.writeFileSync('sub/film.info.json', '{}');`,
  );
  expect(await rig.fetch(ADDRESS)).toMatchObject({
    path: join(rig.scratch, 'sub/The film [final.f1].MKV'),
    ext: 'mkv',
  });
});

it('keeps what an earlier try left of the same job, and nothing of another', async () => {
  await using rig = await startYtdlpRig();
  await rig.stub(`fs.writeFileSync('media.mp4.part', 'half'); process.exit(1);`);
  await rig.fetch(ADDRESS).catch(() => undefined);
  await rig.stub(
    `fs.renameSync('media.mp4.part', 'media.mp4'); fs.appendFileSync('media.mp4', Buffer.alloc(3000, 1));`,
  );
  const half = join(rig.scratch, 'media.mp4.part');
  await expect(rig.fetch(ADDRESS, { settings: { quality: '720p' } })).rejects.toMatchObject({ reason: 'internal' });
  await rig.stub(`fs.writeFileSync('media.mp4.part', 'half'); process.exit(1);`);
  await rig.fetch(ADDRESS).catch(() => undefined);
  expect(await readFile(half, 'utf8')).toBe('half');
  await rig.stub(
    `fs.renameSync('media.mp4.part', 'media.mp4'); fs.appendFileSync('media.mp4', Buffer.alloc(3000, 1));`,
  );
  expect(await rig.fetch(ADDRESS)).toMatchObject({ size: 3004 });
});

/** Two forks in the group, one of them deaf to all requests to end. */
const FORKS = `
  const { spawn } = require('node:child_process');
  const deaf = "process.on('SIGTERM', () => {}); process.send('deaf'); setInterval(() => {}, 1000);";
  spawn('sleep', ['600'], { stdio: 'inherit' });
  const fork = spawn(process.execPath, ['-e', deaf], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });`;

it('ends a child that does nothing any more, with all that it started', async () => {
  await using rig = await startYtdlpRig();
  await rig.stub(`${FORKS} setInterval(() => console.error('still here'), 50);`);
  await expect(rig.fetch(ADDRESS, { patience: { silentMs: 800 } })).rejects.toMatchObject({ reason: 'stalled' });
  expect(await aliveInGroup((await rig.started())!.pid)).toEqual([]);
});

it('ends a child that was cancelled within 2 s, with all that it started', async () => {
  await using rig = await startYtdlpRig();
  await rig.stub(`${FORKS} process.on('SIGTERM', () => {}); fork.on('message', () => say('progress ' + JSON.stringify(
    { status: 'downloading', filename: 'a', downloaded_bytes: 1 })));`);
  const cancel = new AbortController();
  let at = 0;
  const onProgress = () => {
    at = performance.now();
    cancel.abort(new Error('cancelled'));
  };
  await expect(rig.fetch(ADDRESS, { onProgress }, cancel.signal)).rejects.toThrow('cancelled');
  expect(performance.now() - at).toBeLessThan(2_000);
  expect(await aliveInGroup((await rig.started())!.pid)).toEqual([]);
});

it('ends what a child left behind that ended well', async () => {
  await using rig = await startYtdlpRig();
  await rig.stub(`${FORKS} fork.on('message', () => { ${SAVES} process.exit(0); });`);
  expect(await rig.fetch(ADDRESS)).toMatchObject({ ext: 'mp4' });
  expect(await aliveInGroup((await rig.started())!.pid)).toEqual([]);
});

it('does not wait for one who left the group and holds the pipes', async () => {
  await using rig = await startYtdlpRig();
  await rig.stub(`
    const { spawn } = require('node:child_process');
    const away = spawn('sleep', ['5'], { stdio: 'inherit', detached: true });
    away.unref(); ${SAVES}`);
  const begin = performance.now();
  expect(await rig.fetch(ADDRESS)).toMatchObject({ ext: 'mp4' });
  expect(performance.now() - begin).toBeLessThan(4_000);
});

it('limits the memory of the child', async () => {
  await using rig = await startYtdlpRig();
  await rig.stub(`const held = []; for (let n = 0; n < 3000; n += 1) held.push(Buffer.alloc(1 << 20, 1)); ${SAVES}`);
  await expect(rig.fetch(ADDRESS)).rejects.toMatchObject({ reason: 'internal' });
});

it('is held up by no amount of words', async () => {
  await using rig = await startYtdlpRig();
  await rig.stub(`
    const piece = Buffer.alloc(1 << 20, 'x');
    for (let n = 0; n < 64; n += 1) { fs.writeSync(2, piece); fs.writeSync(1, piece); }
    ${SAVES}`);
  expect(await rig.fetch(ADDRESS)).toMatchObject({ ext: 'mp4' });
});

it.runIf(findProgram('setpriv', '/usr/bin:/bin'))('leaves nothing behind when the worker is killed', async () => {
  const script = `
    import { runChild } from ${JSON.stringify(new URL('./child.ts', import.meta.url).href)};
    const args = ['-c', 'echo $$; exec sleep 600'];
    const env = { PATH: '/usr/bin:/bin' };
    await runChild({ program: '/bin/sh', args, cwd: '/', env, onLine: console.log }, new AbortController().signal);`;
  const worker = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [pid] = (await once(worker.stdout, 'data')) as [Buffer];
  expect(await aliveInGroup(Number(pid))).toHaveLength(1);
  worker.kill('SIGKILL');
  await expect.poll(() => aliveInGroup(Number(pid))).toEqual([]);
});
