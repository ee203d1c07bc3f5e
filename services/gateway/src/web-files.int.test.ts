import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startSystem } from './gateway.fixture.ts';

const PAGE = { headers: { accept: 'text/html,application/xhtml+xml' } };

describe('the web files', () => {
  it('are the page for every address of the web UI, told its base, and never stored', async () => {
    await using dir = await builtWeb();
    await using system = await startSystem({ config: { WEB_DIR: dir.path } });
    for (const path of ['/', '/index.html', '/anime/3f0c9d1e', '/queue']) {
      const reply = await system.ask(path, PAGE);
      expect([path, reply.status, reply.headers.get('cache-control')]).toEqual([path, 200, 'no-cache']);
      expect(reply.text).toContain('<base href="/"');
    }
  });

  it('may be kept for ever where the name changes with the content', async () => {
    await using dir = await builtWeb();
    await using system = await startSystem({ config: { WEB_DIR: dir.path } });
    const asset = await system.ask('/assets/index-a1b2.js');
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    const icon = await system.ask('/icon.svg');
    expect([icon.status, icon.headers.get('cache-control')]).toEqual([200, 'no-cache']);
  });

  it('are not replaced by the page where one is missing or where no page is asked for', async () => {
    await using dir = await builtWeb();
    await using system = await startSystem({ config: { WEB_DIR: dir.path } });
    const asked: [string, RequestInit][] = [
      ['/assets/index-old.js', PAGE],
      ['/queue', {}],
      ['/queue', { ...PAGE, method: 'POST' }],
      ['/api/nothing', PAGE],
      ['/..%2f..%2fpackage.json', {}],
      ['/.env', PAGE],
    ];
    for (const [path, init] of asked) {
      expect([path, await system.ask(path, init)]).toEqual([
        path,
        expect.objectContaining({ status: 404, body: expect.objectContaining({ code: 'ROUTE_NOT_FOUND' }) }),
      ]);
    }
  });

  it('say how to build them when they are not there', async () => {
    await using system = await startSystem({ config: { WEB_DIR: '/nowhere' } });
    const page = await system.ask('/', PAGE);
    expect([page.status, page.text]).toEqual([404, expect.stringContaining('@aniworld/web build')]);
    expect(await system.ask('/')).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('not built') },
    });
  });
});

describe('a base path', () => {
  it('holds everything, and there is nothing beside it', async () => {
    await using dir = await builtWeb();
    await using system = await startSystem({ config: { WEB_DIR: dir.path, BASE_PATH: '/aniworld/' } });
    expect(system.url).toMatch(/\/aniworld$/);
    for (const path of ['', '/', '/queue']) {
      expect((await system.ask(path, PAGE)).text).toContain('<base href="/aniworld/"');
    }
    expect((await system.ask('/health')).status).toBe(200);
    expect((await system.ask('/api/v1/config')).status).toBe(401);
    expect((await system.ask('/api/openapi.json')).body.servers).toEqual([{ url: '/aniworld/api/v1' }]);
    const outside = await fetch(new URL('/health', system.url));
    expect([outside.status, await outside.json()]).toMatchObject([404, { code: 'ROUTE_NOT_FOUND' }]);
  });
});

describe('the API reference', () => {
  it('is served from here with nothing that the strict policy would stop', async () => {
    await using system = await startSystem();
    expect((await system.ask('/api/docs')).headers.get('location')).toBe('/api/docs/');
    const page = await system.ask('/api/docs/');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("style-src 'self' 'unsafe-inline'");
    expect(policy).not.toMatch(/script-src|unsafe-eval/);
    expect(page.text).not.toMatch(/<script>|\son\w+=|https?:/);
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((found) => found[1]!);
    expect(files).toEqual(expect.arrayContaining(['swagger-ui.css', 'swagger-ui-bundle.js', 'reference.js']));
    for (const file of files) expect([file, (await system.ask(`/api/docs/${file}`)).status]).toEqual([file, 200]);
    expect((await system.ask('/api/docs/package.json')).status).toBe(404);
  });

  it('has a page for the events, which reads their document', async () => {
    await using system = await startSystem();
    const page = await system.ask('/api/docs/events/');
    expect(page.headers.get('content-security-policy')).not.toMatch(/unsafe-eval/);
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((found) => found[1]!);
    expect(files).toContain('events.js');
    for (const file of files)
      expect([file, (await system.ask(`/api/docs/events/${file}`)).status]).toEqual([file, 200]);
    const { body } = await system.ask('/api/asyncapi.json');
    expect(body).toMatchObject({
      asyncapi: '3.0.0',
      channels: { 'queue.completed': { address: 'evt.queue.completed' } },
    });
  });

  it('reads a document with the version and every route', async () => {
    await using system = await startSystem();
    const { body } = await system.ask('/api/openapi.json');
    expect(body).toMatchObject({ openapi: '3.1.1', info: { version: '0.1.0' }, servers: [{ url: '/api/v1' }] });
    expect(body.paths['/queue/add'].post.operationId).toBe('queue_add');
  });
});

/** A folder as the web UI's build leaves it. */
async function builtWeb() {
  const path = await mkdtemp(join(tmpdir(), 'aniworld-web-'));
  await mkdir(join(path, 'assets'));
  await writeFile(join(path, 'index.html'), '<!doctype html><head><base href="/" /></head><div id="root"></div>');
  await writeFile(join(path, 'assets', 'index-a1b2.js'), 'console.log(1)');
  await writeFile(join(path, 'icon.svg'), '<svg/>');
  await writeFile(join(path, '.env'), 'SECRET=1');
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
