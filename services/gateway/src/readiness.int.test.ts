import { queue } from '@aniworld/contracts';
import { expect, inject, it, vi } from 'vitest';
import { cuttableLink, startSystem, token } from './gateway.fixture.ts';

const STATUS = {
  running: true,
  paused: false,
  reason: null,
  max_concurrent: 2,
  counts: { pending: 0, downloading: 0, completed: 0, failed: 0, cancelled: 0 },
  speed: 0,
  average_speed: 0,
  eta: null,
  version: 1,
};

it('is alive whatever else is, and ready when every service says so', async () => {
  await using system = await startSystem();
  expect(await system.ask('/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
  const early = await system.ask('/health/ready');
  expect([early.status, early.headers.get('retry-after'), early.body.ready]).toEqual([503, '5', false]);
  expect(early.body.checks).toContainEqual({ name: 'downloader', ok: false, detail: 'no answer: UNAVAILABLE' });
  await system.answer('downloader', []);
  await system.answer('notifier', []);
  const later = await system.ask('/health/ready');
  expect([later.status, later.body.ready]).toEqual([200, true]);
  expect(later.body.checks.map((check: { name: string }) => check.name)).toEqual([
    'gateway',
    'gateway.nats',
    'gateway.keys',
    'auth',
    'catalog',
    'downloader',
    'notifier',
  ]);
});

it('tells which part of which service is away', async () => {
  await using system = await startSystem();
  await system.answer('notifier', []);
  const postgres = () => {
    throw new Error('Postgres does not answer');
  };
  await system.answer('downloader', [], { postgres });
  const { status, body } = await system.ask('/health/ready');
  expect(status).toBe(503);
  expect(body.checks).toContainEqual({ name: 'downloader.postgres', ok: false, detail: 'Postgres does not answer' });
  expect(body.checks).toContainEqual({ name: 'catalog', ok: true, detail: null });
});

it('does not wait for a service that hangs', async () => {
  await using system = await startSystem();
  const hung = Promise.withResolvers<void>();
  await system.answer('downloader', [], { disk: () => hung.promise });
  const began = performance.now();
  const { body } = await system.ask('/health/ready');
  hung.resolve();
  expect(performance.now() - began).toBeLessThan(2_500);
  expect(body.checks).toContainEqual({ name: 'downloader', ok: false, detail: 'no answer: TIMEOUT' });
});

it('answers 503 while NATS is away and works again by itself when it is back', async () => {
  await using link = await cuttableLink(inject('natsUrl'));
  const handlers = [{ op: queue.status, handle: () => STATUS }];
  await using system = await startSystem({ natsUrl: link.url, handlers });
  const bearer = token();
  const queueStatus = () => system.ask('/api/queue/status', { token: bearer });
  expect(await queueStatus()).toMatchObject({ status: 200, body: STATUS });

  await link.cut();
  await vi.waitFor(async () => expect((await queueStatus()).status).toBe(503));
  const away = await queueStatus();
  expect(away.body.code).toBe('UNAVAILABLE');
  expect(Number(away.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  const notReady = await system.ask('/health/ready');
  expect(notReady.status).toBe(503);
  expect(notReady.body.checks).toContainEqual({ name: 'gateway.nats', ok: false, detail: expect.any(String) });
  expect((await system.ask('/health')).status).toBe(200);

  await link.mend();
  await vi.waitFor(async () => expect((await queueStatus()).status).toBe(200), { timeout: 10_000 });
});

it('waits for NATS at the start as long as it takes', async () => {
  await using link = await cuttableLink(inject('natsUrl'));
  await link.cut();
  const starting = startSystem({ natsUrl: link.url });
  await link.mend();
  await using system = await starting;
  expect((await system.ask('/health')).status).toBe(200);
});

it('shows the process’s figures to a scraper', async () => {
  await using system = await startSystem();
  await system.ask('/api/queue/status', { token: token() });
  await vi.waitFor(async () => {
    const { headers, text } = await system.ask('/metrics');
    expect(headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(text).toMatch(/aniworld_http_seconds_count\{[^}]*operation="queue.status"[^}]*status="503"[^}]*\} \d/);
  });
});
