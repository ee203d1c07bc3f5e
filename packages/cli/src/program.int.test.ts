import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { fail, toProblem } from '@aniworld/contracts';
import { describe, expect, it } from 'vitest';
import { runProgram } from './program.ts';

const ID = '3f0c9d1e-6c1b-4a43-9a50-0a8a0d3c6a11';
const OTHER = '3f0c9d1e-6c1b-4a43-9a50-0a8a0d3c6a12';
const SESSION = { token: 'secret', session_id: ID, expires_at: '2030-01-01T00:00:00Z' };
const STATUS = {
  running: true,
  paused: false,
  reason: null,
  max_concurrent: 2,
  counts: { pending: 1, downloading: 0, completed: 0, failed: 0, cancelled: 0 },
  speed: 0,
  average_speed: 0,
  eta: null,
  version: 3,
};

describe('aniworld login', () => {
  it('takes the password from standard input and keeps the session for its owner alone', async () => {
    await using server = await answer({ 'POST /api/v1/auth/login': [200, SESSION] });
    await using home = await newHome();
    const { status } = await aniworld(['login', '--url', server.url], home, 'correct horse\n');
    expect(status).toBe(0);
    expect(server.requests[0]?.body).toEqual({ password: 'correct horse' });
    expect(JSON.parse(await readFile(home.sessionFile, 'utf8'))).toMatchObject({ url: server.url, token: 'secret' });
    expect((await stat(home.sessionFile)).mode & 0o777).toBe(0o600);
  });

  it('sends the stored token to the server that issued it and to no other', async () => {
    const routes = { 'POST /api/v1/auth/login': [200, SESSION], 'GET /api/v1/queue/status': [200, STATUS] } as const;
    await using server = await answer(routes);
    await using stranger = await answer(routes);
    await using home = await newHome();
    await aniworld(['login', '--url', server.url], home, 'correct horse\n');
    await aniworld(['queue', 'status'], home);
    await aniworld(['queue', 'status', '--url', stranger.url], home);
    expect(server.requests[1]?.authorization).toBe('Bearer secret');
    expect(stranger.requests[0]?.authorization).toBeUndefined();
  });

  it('says in one sentence that the password is wrong, and keeps nothing', async () => {
    await using server = await answer({ 'POST /api/v1/auth/login': [401, toProblem(fail('INVALID_CREDENTIALS'))] });
    await using home = await newHome();
    const { status, err } = await aniworld(['login', '--url', server.url], home, 'wrong\n');
    expect([status, err]).toEqual([1, 'The password is wrong. Try again. [INVALID_CREDENTIALS]\n']);
    await expect(stat(home.sessionFile)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('the operations of the contract', () => {
  it('take their fields as flags, lists too, and print the reply as JSON', async () => {
    await using server = await answer({ 'POST /api/v1/queue/add': [201, { batch: ID, items: [], added: 2 }] });
    await using home = await newHome();
    const flags = ['--series-id', ID, '--episode-ids', ID, ID, '--priority', 'high'];
    const { status, out } = await aniworld(['queue', 'add', ...flags, '--url', server.url], home);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ items: [], added: 2 });
    expect(server.requests[0]?.body).toEqual({ series_id: ID, episode_ids: [ID, ID], priority: 'high' });
  });

  it('send numbers and booleans of a get in the query', async () => {
    await using server = await answer({
      'GET /api/v1/anime?limit=5&missing=true': [200, { items: [], next_cursor: null, total: 0 }],
    });
    await using home = await newHome();
    expect((await aniworld(['anime', 'list', '--missing', '--limit', '5', '--url', server.url], home)).status).toBe(0);
  });

  it('take a JSON field from a text, and refuse one that is none', async () => {
    await using server = await answer({});
    await using home = await newHome();
    const { status, err } = await aniworld(['config', 'update', '--config', '{', '--url', server.url], home);
    expect(status).toBe(1);
    expect(err).toContain('--config is not JSON');
    expect(server.requests).toEqual([]);
  });

  it('show the wrong fields of a refused request as flags', async () => {
    const problem = toProblem(fail('INVALID_REQUEST', { errors: [{ path: 'series_id', message: 'Invalid UUID' }] }));
    await using server = await answer({ 'POST /api/v1/queue/add': [400, problem] });
    await using home = await newHome();
    const flags = ['--series-id', 'x', '--episode-ids', 'y', '--url', server.url];
    expect((await aniworld(['queue', 'add', ...flags], home)).err).toContain('--series-id: Invalid UUID');
  });

  it('name the flag that is missing, before anything is sent', async () => {
    await using home = await newHome();
    const { status, err } = await aniworld(['queue', 'reorder', '--id', ID], home);
    expect(status).toBe(1);
    expect(err).toContain("required option '--position <number>' not specified");
  });

  it('explain themselves in their help, without a flag for the password', async () => {
    await using home = await newHome();
    const { status, out } = await aniworld(['config', 'setup', '--help'], home);
    expect(status).toBe(0);
    expect(out).toContain('choose the password and the first configuration');
    expect(out).not.toContain('--password');
  });
});

describe('aniworld tasks and backups', () => {
  it('show what the server does by itself as a table', async () => {
    const last = { started_at: '2026-01-30T12:30:00Z', finished_at: '2026-01-30T12:30:02Z', seconds: 2 };
    const task = { name: 'backup', summary: 'Back up', schedule: '1d', time_zone: 'UTC', running_since: null };
    const failed = { ...last, outcome: 'failed', result: null, error: 'The disk is full.' };
    const items = [{ ...task, next_run_at: '2026-01-31T12:30:00Z', last: failed }];
    await using server = await answer({ 'GET /api/v1/tasks': [200, { items }] });
    await using home = await newHome();
    const { out } = await aniworld(['tasks', '--url', server.url], home);
    expect(out).toMatch(
      /TASK +SCHEDULE +NEXT +LAST +RESULT\nbackup +1d +2026-01-3\d \d\d:30 +2026-0\S+ \d\d:30 +failed: The disk/,
    );
  });

  it('show the backups, and how to make one when there is none', async () => {
    const backup = { name: 'aniworld-20260131T033000Z.zip', created_at: '2026-01-31T03:30:00Z', size: 13_100 };
    await using full = await answer({ 'GET /api/v1/backups': [200, { folder: '/backups', items: [backup] }] });
    await using empty = await answer({ 'GET /api/v1/backups': [200, { folder: '/backups', items: [] }] });
    await using home = await newHome();
    expect((await aniworld(['backups', '--url', full.url], home)).out).toMatch(
      / +14 kB +aniworld-20260131T033000Z.zip\n$/,
    );
    const { out } = await aniworld(['backups', '--url', empty.url], home);
    expect(out).toBe('No backup is in /backups. "aniworld backup" makes one.\n');
  });
});

describe('aniworld queue and search', () => {
  it('shows how the queue is doing', async () => {
    await using server = await answer({
      'GET /api/v1/queue/status': [200, STATUS],
      'GET /api/v1/queue/items?limit=50&state=failed': [200, { items: [], next_cursor: null }],
    });
    await using home = await newHome();
    const { out } = await aniworld(['queue', 'failed', '--url', server.url], home);
    expect(out).toBe('The queue is running: 0 of 2 downloading, 1 pending, 0 completed, 0 failed.\n');
  });

  it('says why the server itself starts nothing, how fast the rest goes, and what is held', async () => {
    const status = { ...STATUS, reason: 'Quiet hours until 07:00.', speed: 2_500_000, eta: 130 };
    const item = {
      ...{ id: ID, series_id: ID, episode_id: ID, series_title: 'Lantern', season: 1, episode: 2, title: 'Fog' },
      ...{ priority: 'low', state: 'pending', held: true, host: '', bytes_done: 0, bytes_total: null, percent: 0 },
      ...{ attempt: 0, max_attempts: 3, not_before: null, worker: null, error_cause: null, error_detail: null },
      ...{ path: null, sha256: null, added_at: '2026-01-01T00:00:00Z', finished_at: null, version: 1 },
    };
    await using server = await answer({
      'GET /api/v1/queue/status': [200, { ...status, counts: { ...STATUS.counts, downloading: 1 } }],
      'GET /api/v1/queue/items?limit=50': [200, { items: [item], next_cursor: null }],
    });
    await using home = await newHome();
    const { out } = await aniworld(['queue', '--url', server.url], home);
    expect(out).toContain('The queue is suspended (Quiet hours until 07:00.): 1 of 2 downloading');
    expect(out).toContain('2.5 MB/s, about 3 min left.');
    expect(out).toMatch(/held +0 % +low +Lantern S01E02 Fog/);
  });

  it('prints results as a table, and providers that failed on standard error', async () => {
    const result = { provider: 'sample', ref: 'a', title: 'Lantern', year: 2024, overview: null, poster_url: null };
    const results = [{ ...result, episode_count: 3, licence: 'CC0', series_id: null }];
    const providers = [{ provider: 'rss', ok: false, error: 'No answer', took_ms: 9 }];
    await using server = await answer({ 'GET /api/v1/search?q=two+words': [200, { results, providers }] });
    await using home = await newHome();
    const { out, err } = await aniworld(['search', 'two', 'words', '--url', server.url], home);
    expect(out).toMatch(/PROVIDER +REF +TITLE.*\nsample +a +Lantern \(2024\) +3 +CC0/);
    expect(err).toBe('rss did not answer: No answer\n');
  });

  it('says how to log in when there is no session', async () => {
    await using server = await answer({ 'GET /api/v1/search?q=x': [401, toProblem(fail('UNAUTHENTICATED'))] });
    await using home = await newHome();
    expect((await aniworld(['search', 'x', '--url', server.url], home)).err).toContain(
      'Use "aniworld login". [UNAUTHENTICATED]',
    );
  });
});

describe('aniworld naming preview', () => {
  it('shows what a template makes of some episodes', async () => {
    const example = { kind: 'double', path: 'A/A - S01E01-E02.mkv', bytes: 18 };
    const preview = { template: 'T', preset: null, examples: [example], fields: [], presets: [] };
    await using server = await answer({ 'POST /api/v1/config/naming/preview': [200, preview] });
    await using home = await newHome();
    const { status, out } = await aniworld(['naming', 'preview', 'T', '--url', server.url], home);
    expect(status).toBe(0);
    expect(out).toMatch(/^T\nKIND +PATH\s*\ndouble +A\/A - S01E01-E02\.mkv/);
  });

  it('says what is wrong with a template', async () => {
    const problem = toProblem(fail('NAMING_TEMPLATE', { detail: 'There is no field {x}.' }));
    await using server = await answer({ 'POST /api/v1/config/naming/preview': [422, problem] });
    await using home = await newHome();
    const { status, err } = await aniworld(['naming', 'preview', '{x}', '--url', server.url], home);
    expect(status).toBe(1);
    expect(err).toBe('There is no field {x}. [NAMING_TEMPLATE]\n');
  });
});

describe('aniworld match and rename', () => {
  const item = { file_id: ID, path: '/media/a 13.mkv', state: 'matched', series_id: ID, episode_ids: [ID] };
  const reply = {
    items: [{ ...item, confidence: 'person', reason: '', changed: true }],
    total: 1,
    changed: 1,
    rule: null,
  };
  const found = (...titles: [title: string, id: string][]) => ({
    items: titles.map(([title, id]) => ({
      ...{ id, title, year: 2021, synonyms: [], overview: null, status: 'ended', poster_url: null },
      ...{ provider: 'sample', provider_ref: id, folder: '/media', monitor: 'all', auto_download: false },
      ...{ priority: 'normal', tags: [], episode_count: 1, file_count: 0, missing_count: 1, monitored_count: 1 },
      ...{ size: 0, next_airing: null, added_at: '2026-01-01T00:00:00Z' },
    })),
    next_cursor: null,
    total: titles.length,
  });

  it('finds the series by its title and stores nothing unless told to', async () => {
    await using server = await answer({
      'GET /api/v1/anime?q=lantern&limit=200': [200, found(['Lantern Row', ID], ['Lantern', OTHER])],
      [`GET /api/v1/anime/${OTHER}/episodes`]: [200, { items: [], next_cursor: null }],
      'POST /api/v1/anime/match': [200, reply],
    });
    await using home = await newHome();
    const flags = ['match', ID, '--series', 'lantern', '--offset', '-12', '--url', server.url];
    const { status, out } = await aniworld(flags, home);
    expect([status, out]).toEqual([0, expect.stringContaining('Would change 1 of 1. Nothing was stored')]);
    await aniworld([...flags, '--yes'], home);
    const asked = { file_ids: [ID], action: 'match', series_id: OTHER, number_offset: -12, remember: false };
    expect(server.requests.flatMap(({ body }) => body || [])).toEqual([
      { ...asked, dry_run: true },
      { ...asked, dry_run: false },
    ]);
  });

  it('asks for the id when several series fit', async () => {
    await using server = await answer({
      'GET /api/v1/anime?q=row&limit=200': [200, found(['Lantern Row', ID], ['Paper Row', OTHER])],
    });
    await using home = await newHome();
    const { status, err } = await aniworld(['match', ID, '--series', 'row', '--url', server.url], home);
    expect([status, err]).toEqual([1, expect.stringContaining(`${OTHER} Paper Row (2021)`)]);
  });

  it('shows new names and conflicts, and does nothing unless told to', async () => {
    const plan = { file_id: ID, series_id: ID, from: '/m/a.mkv', to: '/m/b.mkv', beside: [], conflict: null };
    const items = [plan, { ...plan, from: '/m/c.mkv', conflict: 'The name is taken.' }];
    await using server = await answer({
      'POST /api/v1/anime/rename/preview': [200, { items, next_cursor: null }],
    });
    await using home = await newHome();
    const { out } = await aniworld(['rename', '--url', server.url], home);
    expect(out).toMatch(
      /a\.mkv\n {2}-> \/m\/b\.mkv\n.*c\.mkv\n {2}stays: The name is taken\.\nWould rename 1 files; 1 would stay/,
    );
    expect(server.requests).toHaveLength(1);
  });
});

describe('aniworld parse', () => {
  it('reads names from its arguments without a server, one object a line', async () => {
    await using home = await newHome();
    const { status, out } = await aniworld(['parse', 'Lantern S01E02.mkv', 'Lantern/Season 3/04.mkv'], home);
    expect(status).toBe(0);
    const [first, second] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({ name: 'Lantern S01E02.mkv', title: 'Lantern', season: 1, episodes: [2] });
    expect(second).toMatchObject({ season: 3, episodes: [4] });
    expect(first).not.toHaveProperty('rule');
  });

  it('reads lines of standard input, and explains them when asked to', async () => {
    await using home = await newHome();
    const { out } = await aniworld(['parse', '--explain'], home, '[Kite] Lantern - 05.mkv\n\nreadme\n');
    const [first, second] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({ absolute: [5], rule: 'Title - 02' });
    expect(first.explanation[0]).toEqual({ text: 'Kite', taken_for: 'group' });
    expect(second).toMatchObject({ name: 'readme', rule: null });
  });
});

async function newHome() {
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-cli-'));
  return {
    sessionFile: join(folder, 'aniworld', 'session.json'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

async function aniworld(args: string[], home: { sessionFile: string }, input = '') {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const status = await runProgram(args, {
    stdin: Readable.from([input]),
    stdout,
    stderr,
    environment: { sessionFile: home.sessionFile, url: undefined, token: undefined },
    signal: new AbortController().signal,
  });
  return { status, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

interface Seen {
  authorization: string | undefined;
  body: unknown;
}

/** A server that answers these requests and keeps what it was sent; anything else is a 404 without a problem. */
async function answer(routes: Record<string, readonly [status: number, body: unknown]>) {
  const requests: Seen[] = [];
  const listener: RequestListener = async (request, response) => {
    const body = await text(request);
    requests.push({ authorization: request.headers.authorization, body: body && JSON.parse(body) });
    const [status, reply] = routes[`${request.method} ${request.url}`] ?? [404, request.url];
    response.writeHead(status).end(JSON.stringify(reply));
  };
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
