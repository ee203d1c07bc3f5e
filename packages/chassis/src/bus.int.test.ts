import { event, fail, rpc } from '@aniworld/contracts';
import { testPrefix } from '@aniworld/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Bus } from './bus.ts';
import { connectBus } from './bus.ts';
import { keptLog, ownBroker, silent, testBus, until } from './chassis.fixture.ts';
import { type Ctx, implement, serve } from './serve.ts';
import { type Caller, newPassport } from './wire.ts';

const sample = {
  echo: rpc('sample.echo', {
    summary: 'What was sent',
    request: z.object({ text: z.string().default('nothing') }),
    reply: z.object({ text: z.string() }),
  }),
  relay: rpc('sample.relay', { summary: 'Asks echo', request: z.object({}), reply: z.object({ text: z.string() }) }),
  happened: event('sample.happened', {
    summary: 'Something',
    delivery: 'live',
    data: z.object({ count: z.int() }),
  }),
};
type Sample = typeof sample;

const options = { service: 'catalog', version: '1.2.3', log: silent, checks: {} } as const;
type EchoHandler = (input: { text: string }, ctx: Ctx) => Promise<{ text: string }> | { text: string };

/** Serves `sample.echo` with the handler, and `sample.relay`, which asks it. */
const serveSample = (bus: Bus, echo: EchoHandler) =>
  serve(bus, options, implement<Sample>(sample, { echo, relay: (_input, ctx) => ctx.call(sample.echo, {}) }));

describe('a call', () => {
  test('fills in defaults, and is answered by the service', async () => {
    await using bus = await testBus(testPrefix());
    await using _served = await serveSample(bus, ({ text }) => ({ text }));
    expect(await bus.call(sample.echo, {})).toEqual({ text: 'nothing' });
  });

  test('carries request id, caller, trace context and what is left of the deadline through two services', async () => {
    await using bus = await testBus(testPrefix());
    let seen: Ctx | undefined;
    await using _served = await serveSample(bus, (_input, ctx) => {
      seen = ctx;
      return { text: '' };
    });
    const caller: Caller = { session_id: 's', access: 'admin', expires_at: 99 };
    const passport = { ...newPassport(), caller };
    await bus.call(sample.relay, {}, { passport });
    expect(seen).toMatchObject(passport);
  });

  test('ends the work of the service behind the service when the caller’s patience is over', async () => {
    await using bus = await testBus(testPrefix());
    const ended = Promise.withResolvers<unknown>();
    await using _served = await serveSample(bus, async (_input, ctx) => {
      await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve, { once: true }));
      ended.resolve(ctx.signal.reason);
      return { text: 'too late' };
    });
    await expect(bus.call(sample.relay, {}, { timeoutMs: 150 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(await ended.promise).toMatchObject({ name: 'TimeoutError' });
  });

  test('throws the error that the service answered, with its details', async () => {
    await using bus = await testBus(testPrefix());
    await using _served = await serveSample(bus, () => {
      throw fail('TOO_MANY_REQUESTS', { retry_after: 7, detail: 'Not so fast.' });
    });
    await expect(bus.call(sample.relay, {})).rejects.toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      message: 'Not so fast.',
      status: 429,
      details: { retry_after: 7 },
    });
  });

  test('is UNAVAILABLE at once when nobody answers that operation', async () => {
    await using bus = await testBus(testPrefix());
    const begun = performance.now();
    await expect(bus.call(sample.echo, {})).rejects.toMatchObject({ code: 'UNAVAILABLE', details: { retry_after: 2 } });
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  test('that is too large for the broker is refused and leaves the connection as it was', async () => {
    await using bus = await testBus(testPrefix());
    await using _served = await serveSample(bus, ({ text }) => ({ text }));
    const most = bus.connection.info?.max_payload ?? 0;
    await expect(bus.call(sample.echo, { text: 'x'.repeat(most) })).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
    // It fits, but the answer, which carries no headers but has to leave room for some, does not.
    const close = 'x'.repeat(most - 900);
    await expect(bus.call(sample.echo, { text: close })).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(await bus.call(sample.echo, { text: 'x' })).toEqual({ text: 'x' });
  });

  test('that its caller gives up is CANCELLED, also when it is given up before it was sent', async () => {
    await using bus = await testBus(testPrefix());
    const asked = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    await using _served = await serveSample(bus, async ({ text }) => {
      asked.resolve();
      await go.promise;
      return { text };
    });
    const stop = new AbortController();
    const call = bus.call(sample.echo, {}, { signal: stop.signal });
    await asked.promise;
    stop.abort();
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(bus.call(sample.echo, {}, { signal: stop.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    go.resolve();
  });
});

describe('a live event', () => {
  test('reaches who listens, and a listener that fails or gets nonsense hears the next one all the same', async () => {
    const prefix = testPrefix();
    const { log, lines } = keptLog();
    await using bus = await testBus(prefix, { log });
    const seen: number[] = [];
    const done = Promise.withResolvers<void>();
    await using _listening = bus.listen(sample.happened, ({ count }) => {
      seen.push(count);
      if (count === 1) throw new Error('as planned');
      done.resolve();
    });
    bus.publish(sample.happened, { count: 1 });
    bus.connection.publish(bus.subject(sample.happened), 'not JSON');
    bus.connection.publish(bus.subject(sample.happened), '{"count":"one"}');
    bus.publish(sample.happened, { count: 2 });
    await done.promise;
    expect(seen).toEqual([1, 2]);
    expect(lines.filter((line) => line.msg === 'an event could not be handled')).toHaveLength(3);
  });

  test('reaches all who listen on one bus, and who stops listening keeps it from nobody', async () => {
    await using bus = await testBus(testPrefix());
    const heard: string[] = [];
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const early = bus.listen(sample.happened, ({ count }) => {
      heard.push(`early ${count}`);
      throw new Error('as planned');
    });
    await using _late = bus.listen(sample.happened, ({ count }) => {
      heard.push(`late ${count}`);
      (count === 1 ? first : second).resolve();
    });
    bus.publish(sample.happened, { count: 1 });
    await first.promise;
    await early[Symbol.asyncDispose]();
    await early[Symbol.asyncDispose]();
    bus.publish(sample.happened, { count: 2 });
    await second.promise;
    expect(heard).toEqual(['early 1', 'late 1', 'late 2']);
  });

  test('that does not fit its contract is not sent', async () => {
    await using bus = await testBus(testPrefix());
    expect(() => bus.publish(sample.happened, { count: 0.5 })).toThrow();
  });

  test('is lost without an error once the bus is closed', async () => {
    const bus = await testBus(testPrefix());
    const closing = bus[Symbol.asyncDispose]();
    bus.publish(sample.happened, { count: 1 });
    await closing;
    bus.publish(sample.happened, { count: 1 });
    expect(bus.connected).toBe(false);
  });
});

describe('when the broker is killed and comes back', () => {
  test('calls fail fast meanwhile, then everything goes on by itself', async () => {
    await using broker = await ownBroker();
    const { log, lines, line } = keptLog();
    const prefix = testPrefix();
    await using bus = await testBus(prefix, { url: broker.url, log });
    await using server = await testBus(prefix, { url: broker.url, name: 'server' });
    await using _served = await serveSample(server, ({ text }) => ({ text }));
    let reconnects = 0;
    using _listener = bus.onReconnect(() => {
      reconnects += 1;
    });
    await bus.call(sample.echo, {});

    await broker.kill();
    await until(() => !bus.connected);
    const begun = performance.now();
    await expect(bus.call(sample.echo, {})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(performance.now() - begun).toBeLessThan(100);
    bus.publish(sample.happened, { count: 1 });

    await until(() => bus.connected && server.connected);
    await until(() =>
      bus.call(sample.echo, {}).then(
        () => true,
        () => false,
      ),
    );
    await line('is back');
    expect(reconnects).toBe(1);
    expect(lines.filter((entry) => /lost|is back/.test(entry.msg))).toHaveLength(2);
  });

  test('a bus can be closed while it is away', async () => {
    await using broker = await ownBroker();
    const bus = await testBus(testPrefix(), { url: broker.url });
    await using _served = await serveSample(bus, ({ text }) => ({ text }));
    await broker.kill();
    await until(() => !bus.connected);
    await bus[Symbol.asyncDispose]();
    expect(bus.connection.isClosed()).toBe(true);
  });
});

describe('the first connection', () => {
  test('is tried until the broker is there, says so in the log, and can be given up', async () => {
    const { log, line } = keptLog();
    const stop = new AbortController();
    // Port 1 is reserved and nothing listens there.
    const connecting = connectBus({ url: 'nats://127.0.0.1:1', prefix: 'x', name: 'test', log }, stop.signal);
    expect(await line('does not answer')).toMatchObject({ servers: ['127.0.0.1:1'], tries: 1 });
    stop.abort(new Error('enough'));
    await expect(connecting).rejects.toThrow();
  });

  test('with a wrong password is refused with a line that says so and never names it', async () => {
    await using broker = await ownBroker();
    const { log, line, lines } = keptLog();
    const stop = new AbortController();
    const url = broker.url.replace(/:[^:@]+@/, ':wrong-secret@');
    const connecting = connectBus({ url, prefix: 'x', name: 'test', log }, stop.signal);
    const { err } = (await line('does not answer')) as unknown as { err: { message: string } };
    expect(err.message).toMatch(/authorization violation/i);
    expect(JSON.stringify(lines)).not.toContain('wrong-secret');
    stop.abort(new Error('enough'));
    await expect(connecting).rejects.toThrow();
  });
});
