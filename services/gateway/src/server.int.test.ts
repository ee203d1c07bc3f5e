import { createLog } from '@aniworld/chassis';
import { config, queue } from '@aniworld/contracts';
import { once } from 'node:events';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { startSystem, token } from './gateway.fixture.ts';

const COUNT = { count: 4 };

/** A handler that answers when it is told to. */
function held(op = queue.clearFailed) {
  const asked = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const handle = async () => {
    asked.resolve();
    await go.promise;
    return COUNT;
  };
  return { op, handle, asked: asked.promise, go: go.resolve };
}

describe('stopping', () => {
  it('finishes the running request, takes no new one and does not wait for idle connections', async () => {
    const handler = held();
    await using system = await startSystem({ handlers: [handler] });
    const idle = connect(system.port, '127.0.0.1');
    await once(idle, 'connect');
    const running = system.ask('/api/queue/failed', { method: 'DELETE', token: token() });
    await handler.asked;
    const began = performance.now();
    const stopped = system.stopGateway();
    await expect(system.ask('/health')).rejects.toThrow();
    handler.go();
    expect(await running).toMatchObject({ status: 200, body: COUNT });
    await stopped;
    expect(performance.now() - began).toBeLessThan(3_000);
    idle.destroy();
  });

  it('frees the port', async () => {
    await using first = await startSystem();
    await first.stopGateway();
    await using second = await startSystem({ config: { PORT: String(first.port) } });
    expect(second.port).toBe(first.port);
  });

  it('rejects the start when the port is taken, leaving nothing open', async () => {
    await using first = await startSystem();
    await expect(startSystem({ config: { PORT: String(first.port) } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('the log', () => {
  it('has no line for what went well and one for what failed, without the query', async () => {
    const { log, lines } = capture('info');
    await using system = await startSystem({ log });
    await system.ask('/health');
    await system.ask('/api/nothing');
    const failed = await system.ask('/api/search?q=private', { token: token() });
    const value = (await lines.next()).value ?? '';
    const line = JSON.parse(value);
    expect(line).toMatchObject({
      msg: 'request failed',
      request_id: failed.body.request_id,
      path: '/api/search',
      status: 503,
      code: 'UNAVAILABLE',
    });
    expect(value).not.toContain('private');
  });

  it('notes a client that went away, and the work behind it is let go', async () => {
    const { log, lines } = capture('debug');
    const handler = held();
    await using system = await startSystem({ log, handlers: [handler] });
    const abort = new AbortController();
    const asking = system.ask('/api/queue/failed', { method: 'DELETE', token: token(), signal: abort.signal });
    await handler.asked;
    abort.abort();
    await expect(asking).rejects.toThrow();
    for await (const text of lines) {
      const line = JSON.parse(text);
      if (line.msg !== 'request') continue;
      expect(line).toMatchObject({ path: '/api/queue/failed', status: 499 });
      break;
    }
    handler.go();
  });
});

describe('reverse proxies', () => {
  it('are believed only as far as the settings say', async () => {
    const headers = { 'x-forwarded-host': 'media.example', origin: 'https://media.example' };
    const change = { method: 'PUT', body: '{"config":{}}', token: token(), headers };
    const reply = { version: 1, config: config.get.reply.shape.config.parse({}), overridden: [] };
    const handlers = [{ op: config.update, handle: () => reply }];
    await using plain = await startSystem({ handlers });
    expect((await plain.ask('/api/config', change)).body.code).toBe('CROSS_SITE');
    await using trusting = await startSystem({ handlers, config: { TRUST_PROXY: 'loopback' } });
    expect((await trusting.ask('/api/config', change)).status).toBe(200);
  });
});

/** A log whose lines can be awaited. */
function capture(level: string) {
  const out = new PassThrough();
  const lines = createInterface({ input: out })[Symbol.asyncIterator]();
  return { log: createLog({ level, service: 'gateway', out }), lines };
}
