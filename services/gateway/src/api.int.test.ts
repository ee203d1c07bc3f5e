import type { Ctx, Implementation } from '@aniworld/chassis';
import { anime, AppConfig, auth, config, fail, queue } from '@aniworld/contracts';
import { routes } from '@aniworld/contracts/routes';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { expired, startSystem, token } from './gateway.fixture.ts';

const ID = '3f0c9d1e-6c1b-4a43-9a50-0a8a0d3c6a11';
const post = (body: unknown, more: RequestInit = {}) => ({ method: 'POST', body: JSON.stringify(body), ...more });

/** A handler that keeps what it was asked. */
function recorder(op: Implementation['op'], reply: unknown = {}) {
  const asked: { input: any; ctx: Ctx }[] = [];
  return { op, asked, handle: (input: never, ctx: Ctx) => (asked.push({ input, ctx }), reply) };
}

describe('forwarding', () => {
  it('gathers the input from path, query and body and answers with the contract’s status, at both mounts', async () => {
    const list = recorder(anime.list, { items: [], next_cursor: null, total: 0 });
    const download = recorder(anime.download, { batch: null, items: [], added: 0 });
    await using system = await startSystem({ handlers: [list, download] });
    for (const mount of ['/api/v1', '/api']) {
      const found = await system.ask(`${mount}/anime?missing=true&limit=7&q=12`, { token: token() });
      expect([found.status, found.body]).toEqual([200, { items: [], next_cursor: null, total: 0 }]);
      const made = await system.ask(`${mount}/anime/${ID}/download`, { token: token(), ...post({ season: 2 }) });
      expect([made.status, made.body]).toEqual([201, { batch: null, items: [], added: 0 }]);
    }
    expect(list.asked[0]?.input).toEqual({ missing: true, limit: 7, q: '12', sort: 'title' });
    expect(download.asked[0]?.input).toEqual({ id: ID, season: 2 });
  });

  it('takes the fields of a change from the query too, lists as repeated parameters', async () => {
    const removeMany = recorder(queue.removeMany);
    await using system = await startSystem({ handlers: [removeMany] });
    const reply = await system.ask(`/api/queue/?ids=${ID}&ids=${ID}`, { method: 'DELETE', token: token() });
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect(removeMany.asked[0]?.input).toEqual({ ids: [ID, ID] });
  });

  it('sends a text as it is where the contract says that the answer is no JSON, also without a session', async () => {
    const text = 'BEGIN:VCALENDAR\r\nEND:VCALENDAR';
    const feed = recorder(anime.calendarFeed, { text });
    await using system = await startSystem({ handlers: [feed] });
    const reply = await system.ask('/api/anime/calendar.ics?token=abc');
    expect([reply.status, reply.text]).toEqual([200, text]);
    expect(reply.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(feed.asked[0]?.input).toEqual({ token: 'abc', unmonitored: false });
  });

  it('prefers a fixed path to one with a parameter', async () => {
    const clear = recorder(queue.clearCompleted, { count: 3 });
    await using system = await startSystem({ handlers: [clear, recorder(queue.remove)] });
    const reply = await system.ask('/api/queue/completed', { method: 'DELETE', token: token() });
    expect([reply.status, reply.body]).toEqual([200, { count: 3 }]);
  });

  it('passes on who asks, the request id and the trace', async () => {
    const status = recorder(queue.clearFailed, { count: 0 });
    await using system = await startSystem({ handlers: [status] });
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const headers = { 'x-request-id': 'from-the-proxy-1', traceparent };
    const sid = crypto.randomUUID();
    const reply = await system.ask('/api/queue/failed', { method: 'DELETE', token: token({ sid }), headers });
    expect(reply.headers.get('x-request-id')).toBe('from-the-proxy-1');
    expect(status.asked[0]?.ctx).toMatchObject({
      requestId: 'from-the-proxy-1',
      traceparent,
      caller: { session_id: sid, access: 'admin' },
    });
  });

  it('makes its own request id where the one sent could break a log line', async () => {
    await using system = await startSystem();
    const reply = await system.ask('/health', { headers: { 'x-request-id': 'a "b" c' } });
    expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('lists itself and the services that answer', async () => {
    await using system = await startSystem();
    const { status, body } = await system.ask('/api/system', { token: token() });
    expect(status).toBe(200);
    expect(body.services.map((service: { name: string }) => service.name)).toEqual(['auth', 'catalog', 'gateway']);
  });
});

describe('entity tags', () => {
  const current = { version: 7, config: AppConfig.parse({}), overridden: [] };
  const change = (headers: Record<string, string>, body: object = { config: {} }) => ({
    method: 'PUT',
    body: JSON.stringify(body),
    headers,
    token: token(),
  });

  it('name the version that was read, and come back as a field of the request', async () => {
    const update = recorder(config.update, { ...current, version: 8 });
    await using system = await startSystem({ handlers: [{ op: config.get, handle: () => current }, update] });
    const read = await system.ask('/api/config', { token: token() });
    expect(read.headers.get('etag')).toBe('"7"');
    const tag = read.headers.get('etag')!;
    for (const sent of [tag, `W/${tag}`, '*']) {
      const changed = await system.ask('/api/config', change({ 'if-match': sent }));
      expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"8"']);
    }
    await system.ask('/api/config', change({}));
    expect(update.asked.map(({ input }) => input.if_match)).toEqual(['7', '7', undefined, undefined]);
  });

  it('are refused with 412 by the service, and with 400 when there is more than one', async () => {
    const refuse = { op: config.update, handle: () => Promise.reject(fail('PRECONDITION_FAILED')) };
    await using system = await startSystem({ handlers: [refuse] });
    expect((await system.ask('/api/config', change({ 'if-match': '"6"' }))).status).toBe(412);
    const two = await system.ask('/api/config', change({ 'if-match': '"6", "7"' }));
    expect([two.status, two.body.errors]).toEqual([400, [{ path: 'if_match', message: 'Given more than once' }]]);
    const twice = await system.ask('/api/config', change({ 'if-match': '"6"' }, { config: {}, if_match: '7' }));
    expect(twice.body.errors).toEqual([{ path: 'if_match', message: 'Given in the header and in the body' }]);
  });
});

describe('bad input', () => {
  const add = recorder(queue.add, { batch: null, items: [], added: 0 });
  const get: Implementation = {
    op: anime.get,
    handle: () => {
      throw fail('SERIES_NOT_FOUND');
    },
  };
  const good = { series_id: ID, episode_ids: [ID] };
  const problem = (status: number, code: string) => ({
    status,
    body: { status, code, request_id: expect.any(String) },
  });

  it('is answered with a problem document, and none of it reaches a service', async () => {
    await using system = await startSystem({ handlers: [add] });
    const send = (body: string, type = 'application/json') =>
      system.ask('/api/queue/add', { method: 'POST', body, token: token(), headers: { 'content-type': type } });
    const nothing = await system.ask('/api/nothing/here', { token: token() });
    expect(nothing).toMatchObject(problem(404, 'ROUTE_NOT_FOUND'));
    expect(nothing.headers.get('content-type')).toContain('application/problem+json');
    expect(nothing.body.request_id).toBe(nothing.headers.get('x-request-id'));

    expect(await send('{"series_id":')).toMatchObject(problem(400, 'MALFORMED_JSON'));
    for (const body of ['[]', '"text"', 'null', '7']) {
      expect(await send(body)).toMatchObject({ ...problem(400, 'INVALID_REQUEST'), body: { errors: [{ path: '' }] } });
    }
    expect(await send(JSON.stringify({ ...good, episode_ids: [] }))).toMatchObject({
      ...problem(400, 'INVALID_REQUEST'),
      body: { errors: [{ path: 'episode_ids' }] },
    });
    const wrong = await send(JSON.stringify({ series_id: 7, episode_ids: [ID, 'x'], priority: 'urgent' }));
    expect(wrong.body.errors.map((error: { path: string }) => error.path)).toEqual([
      'series_id',
      'episode_ids.1',
      'priority',
    ]);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1']) {
      expect(await send(JSON.stringify(good), type)).toMatchObject(problem(415, 'UNSUPPORTED_MEDIA_TYPE'));
    }
    expect(await send(`{"series_id":"${'x'.repeat(1_100_000)}"}`)).toMatchObject(problem(413, 'PAYLOAD_TOO_LARGE'));
    expect(add.asked).toEqual([]);
  });

  it('refuses a small body that unpacks to a large one, and an encoding that it does not know', async () => {
    await using system = await startSystem({ handlers: [add] });
    const send = (body: Uint8Array<ArrayBuffer>, encoding: string) =>
      system.ask('/api/queue/add', {
        method: 'POST',
        body,
        token: token(),
        headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      });
    const bomb = new Uint8Array(gzipSync(JSON.stringify({ series_id: 'x'.repeat(20_000_000) })));
    expect(bomb.length).toBeLessThan(50_000);
    expect(await send(bomb, 'gzip')).toMatchObject(problem(413, 'PAYLOAD_TOO_LARGE'));
    expect(await send(bomb, 'lzma')).toMatchObject(problem(415, 'UNSUPPORTED_MEDIA_TYPE'));
  });

  it('names a method that the address does not take, and those that it does', async () => {
    await using system = await startSystem();
    const allow = async (method: string, path: string) => {
      const reply = await system.ask(path, { method });
      expect(reply).toMatchObject(problem(405, 'METHOD_NOT_ALLOWED'));
      return reply.headers.get('allow');
    };
    expect(await allow('PUT', '/api/queue/add')).toBe('POST');
    // The fixed path stands before the parameter's, so this is no request to change a series named "rescan".
    for (const mount of ['/api', '/api/v1'])
      expect(await allow('PATCH', `${mount}/anime/rescan`)).toBe('DELETE, GET, POST, HEAD');
  });

  it('tells ids that are malformed from ids that are unknown', async () => {
    await using system = await startSystem({ handlers: [get] });
    expect(await system.ask('/api/anime/seven', { token: token() })).toMatchObject({
      ...problem(400, 'INVALID_REQUEST'),
      body: { errors: [{ path: 'id' }] },
    });
    expect(await system.ask(`/api/anime/${ID}`, { token: token() })).toMatchObject(problem(404, 'SERIES_NOT_FOUND'));
    expect(await system.ask('/api/anime/%E0%A4%A', { token: token() })).toMatchObject(problem(400, 'INVALID_REQUEST'));
  });

  it('refuses a single value that is given twice', async () => {
    await using system = await startSystem({ handlers: [add] });
    const errors = async (path: string, init = {}) => (await system.ask(path, { token: token(), ...init })).body.errors;
    expect(await errors('/api/anime?limit=1&limit=2')).toEqual([{ path: 'limit', message: 'Given more than once' }]);
    expect(await errors(`/api/anime/${ID}/episodes?id=${ID}`)).toMatchObject([
      { path: 'id', message: 'Given in the path and in the query' },
    ]);
    expect(await errors('/api/queue/add?priority=low', post({ ...good, priority: 'high' }))).toMatchObject([
      { path: 'priority', message: 'Given in the query and in the body' },
    ]);
    expect(await errors('/api/anime?limit=many&missing=perhaps')).toMatchObject([
      { path: 'limit' },
      { path: 'missing' },
    ]);
  });

  it('is not misled by names that objects have of their own', async () => {
    const asked = recorder(queue.add, { batch: null, items: [], added: 0 });
    await using system = await startSystem({ handlers: [asked] });
    const nasty = '"__proto__":{"polluted":true,"priority":"low"},"constructor":{"prototype":{"polluted":true}}';
    const body = `{${nasty},"series_id":"${ID}","episode_ids":["${ID}"]}`;
    const path = '/api/queue/add?__proto__=1&__proto__[polluted]=1&constructor=2&toString=3&hasOwnProperty=4';
    expect(await system.ask(path, { method: 'POST', body, token: token() })).toMatchObject({ status: 201 });
    expect(asked.asked[0]?.input).toEqual({ ...good, priority: 'normal' });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('access', () => {
  it('is what the contract says, for every route and every kind of token', async () => {
    await using system = await startSystem();
    const scopes = ['read', 'write', 'admin'].map((scope) => [scope, token({ scope })]);
    const tokens: Record<string, string> = { none: '', expired: expired(), ...Object.fromEntries(scopes) };
    const levels = { public: 0, read: 1, write: 2, admin: 3 };
    for (const { name, http } of routes()) {
      for (const [kind, value] of Object.entries(tokens)) {
        const path = `/api/v1${http.path.replaceAll(/\{\w+\}/g, ID)}`;
        const { status } = await system.ask(path, {
          method: http.method.toUpperCase(),
          ...(value && { token: value }),
        });
        const known = kind in levels ? levels[kind as keyof typeof levels] : 0;
        const passes = known >= levels[http.access];
        const refusal = known === 0 ? 401 : 403;
        // Passed: nobody serves the operation here, or its input is missing.
        expect([name, kind, status]).toEqual([name, kind, passes ? expect.toBeOneOf([200, 400, 503]) : refusal]);
      }
    }
  });

  it('is refused with the reason and the scheme that would be taken', async () => {
    const revoked = crypto.randomUUID();
    const entry = { session_id: revoked, expires_at: new Date(Date.now() + 60_000).toISOString() };
    await using system = await startSystem({ revoked: [entry] });
    const code = async (value?: string) => {
      const reply = await system.ask('/api/config', value ? { token: value } : {});
      expect([reply.status, reply.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      return reply.body.code;
    };
    expect(await code()).toBe('UNAUTHENTICATED');
    expect(await code(expired())).toBe('TOKEN_EXPIRED');
    expect(await code(token({ sid: revoked }))).toBe('SESSION_REVOKED');
    const forged = [
      token({}, { alg: 'none' }),
      token({}, { alg: 'nOnE' }),
      token({}, { alg: 'HS256' }),
      token({}, { kid: 'another' }),
      token({ aud: 'another' }),
      token({ iss: 'another' }),
      token({ exp: undefined }),
      token({ sid: undefined }),
      `${token().slice(0, -4)}AAAA`,
      'nonsense',
      'a.b.c',
    ];
    for (const value of forged) expect([value, await code(value)]).toEqual([value, 'UNAUTHENTICATED']);
  });

  it('notes a good token on a public route and takes a bad one as none', async () => {
    const status = recorder(auth.status, { set_up: true, authenticated: false, session_id: null, expires_at: null });
    await using system = await startSystem({ handlers: [status] });
    for (const value of [token({ scope: 'read' }), expired(), 'nonsense', '']) {
      const reply = await system.ask('/api/auth/status', value ? { token: value } : {});
      expect(reply.status).toBe(200);
    }
    expect(status.asked.map(({ ctx }) => ctx.caller?.access ?? null)).toEqual(['read', null, null, null]);
  });

  it('is refused to changes that another site’s page asks for', async () => {
    const clear = recorder(queue.clearCompleted, { count: 0 });
    await using system = await startSystem({ handlers: [clear] });
    const send = (headers: Record<string, string>, method = 'DELETE') =>
      system.ask(method === 'DELETE' ? '/api/queue/completed' : '/api/config', { method, token: token(), headers });
    expect(await send({ origin: 'https://evil.example' })).toMatchObject({ status: 403, body: { code: 'CROSS_SITE' } });
    expect((await send({ origin: new URL(system.url).origin })).status).toBe(200);
    expect((await send({ origin: 'https://evil.example' }, 'GET')).status).toBe(503);
  });
});

describe('failures behind the gateway', () => {
  it('are told with a request id and without what only we should see', async () => {
    const handlers: Implementation[] = [
      {
        op: queue.status,
        handle: () => {
          throw new Error('password=hunter2 at 10.0.0.7');
        },
      },
    ];
    await using system = await startSystem({ handlers });
    const reply = await system.ask('/api/queue/status', { token: token() });
    expect(reply).toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
    expect(reply.text).not.toMatch(/hunter2|10\.0\.0\.7|node:|\.ts/);
  });

  it('say when to come back: as the service says, or soon where nobody answers', async () => {
    const handle = () => {
      throw fail('UNAVAILABLE', { retry_after: 6.2 });
    };
    await using system = await startSystem({ handlers: [{ op: queue.status, handle }] });
    for (const [path, seconds] of [
      ['/api/queue/status', '7'],
      ['/api/config', '2'],
    ] as const) {
      const reply = await system.ask(path, { token: token() });
      expect(reply).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
      expect(reply.headers.get('retry-after')).toBe(seconds);
    }
  });
});
