import { fail, health, rpc } from '@aniworld/contracts';
import { testPrefix } from '@aniworld/testing';
import { headers } from '@nats-io/transport-node';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { keptLog, silent, testBus, until } from './chassis.fixture.ts';
import { implement, serve, type ServeOptions } from './serve.ts';
import { newPassport } from './wire.ts';

const sample = {
  work: rpc('sample.work', {
    summary: 'Does what the test says',
    request: z.object({ id: z.int().default(0) }),
    reply: z.object({ id: z.int() }),
  }),
  many: rpc('sample.many', {
    summary: 'Takes a list',
    request: z.object({ ids: z.array(z.uuid()) }),
    reply: z.object({}),
  }),
};

const idle = { work: ({ id }: { id: number }) => ({ id }), many: () => ({}) };
const options = (more: Partial<ServeOptions> = {}): ServeOptions => ({
  service: 'catalog',
  version: '1.2.3',
  log: silent,
  checks: {},
  ...more,
});

describe('the limit of requests at once', () => {
  test('holds over all operations of a service, and those that wait get their turn', async () => {
    await using bus = await testBus(testPrefix());
    let running = 0;
    let most = 0;
    let go = Promise.withResolvers<void>();
    const hold = async () => {
      running += 1;
      most = Math.max(most, running);
      await go.promise;
      running -= 1;
    };
    const handlers = {
      work: ({ id }: { id: number }) => hold().then(() => ({ id })),
      many: () => hold().then(() => ({})),
    };
    await using _served = await serve(bus, options({ slots: 3 }), implement(sample, handlers));
    const calls = Array.from({ length: 10 }, (_, id) =>
      id % 2 ? bus.call(sample.work, { id }) : bus.call(sample.many, { ids: [] }),
    );
    await until(() => running === 3);
    go.resolve();
    await Promise.all(calls);
    expect(most).toBe(3);
  });

  test('a request whose caller has given up while it waited is not worked on', async () => {
    await using bus = await testBus(testPrefix());
    const worked: number[] = [];
    const go = Promise.withResolvers<void>();
    const handlers = {
      ...idle,
      async work({ id }: { id: number }) {
        worked.push(id);
        await go.promise;
        return { id };
      },
    };
    await using _served = await serve(bus, options({ slots: 1 }), implement(sample, handlers));
    const first = bus.call(sample.work, { id: 1 });
    await until(() => worked.length === 1);
    // The server's clock for a request starts a little later than the caller's: the second wait outlasts that.
    for (const id of [2, 3]) {
      await expect(bus.call(sample.work, { id }, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    }
    const last = bus.call(sample.work, { id: 4 });
    go.resolve();
    expect([await first, await last]).toEqual([{ id: 1 }, { id: 4 }]);
    expect(worked).not.toContain(2);
  });

  test('so many waiting that nobody would wait for the last are refused at once', async () => {
    await using bus = await testBus(testPrefix());
    const go = Promise.withResolvers<void>();
    const handlers = { ...idle, work: ({ id }: { id: number }) => go.promise.then(() => ({ id })) };
    await using _served = await serve(bus, options({ slots: 1 }), implement(sample, handlers));
    const refused: string[] = [];
    const outcomes = Array.from({ length: 1_100 }, (_, id) =>
      bus.call(sample.work, { id }).then(
        () => 'OK',
        (error: { code: string }) => {
          refused.push(error.code);
          return error.code;
        },
      ),
    );
    await until(() => refused.length === 75);
    go.resolve();
    const all = await Promise.all(outcomes);
    expect(all.filter((code) => code === 'OK')).toHaveLength(1_025);
    expect(all.filter((code) => code === 'UNAVAILABLE')).toHaveLength(75);
  });

  test('leaves readiness alone', async () => {
    await using bus = await testBus(testPrefix());
    const go = Promise.withResolvers<void>();
    const handlers = { ...idle, work: ({ id }: { id: number }) => go.promise.then(() => ({ id })) };
    await using _served = await serve(
      bus,
      options({ slots: 1, checks: { x: () => undefined } }),
      implement(sample, handlers),
    );
    const busy = bus.call(sample.work, {});
    expect(await bus.call(health('catalog'), {})).toEqual({
      ready: true,
      checks: [{ name: 'x', ok: true, detail: null }],
    });
    go.resolve();
    await busy;
  });
});

describe('parsing', () => {
  test('a column that was added to a table does not leak', async () => {
    await using bus = await testBus(testPrefix());
    const handlers = { ...idle, work: () => ({ id: 1, password_hash: 'secret' }) };
    await using _served = await serve(bus, options(), implement(sample, handlers));
    const reply = await bus.connection.request(bus.subject(sample.work), '{}');
    expect(reply.json()).toEqual({ id: 1 });
  });

  test('wrong fields are named, fifty of them at most, so that the answer can always be sent', async () => {
    await using bus = await testBus(testPrefix());
    await using _served = await serve(bus, options(), implement(sample, idle));
    const ids = Array.from({ length: 20_000 }, () => 'not an id');
    const error = await bus.call(sample.many, { ids }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'INVALID_REQUEST' });
    const { errors } = (error as { details: { errors: { path: string }[] } }).details;
    expect(errors).toHaveLength(50);
    expect(errors[0]?.path).toBe('ids.0');
  });

  test('what is not JSON is refused, and a caller header that can not be read makes nobody of the caller', async () => {
    await using bus = await testBus(testPrefix());
    let caller: unknown = 'none';
    const handlers = {
      ...idle,
      work: (_input: unknown, ctx: { caller: unknown }) => {
        caller = ctx.caller;
        return { id: 1 };
      },
    };
    await using _served = await serve(bus, options(), implement(sample, handlers));
    const wrong = await bus.connection.request(bus.subject(sample.work), '{"id":');
    expect(wrong.json()).toMatchObject({ code: 'MALFORMED_JSON', status: 400 });
    const head = headers();
    head.set('Caller', '{"access":"admin"');
    head.set('Timeout-Ms', '-1');
    const reply = await bus.connection.request(bus.subject(sample.work), '{}', { headers: head, timeout: 2_000 });
    expect(reply.json()).toEqual({ id: 1 });
    expect(caller).toBeNull();
  });
});

describe('an error', () => {
  test('of the catalogue is answered with its code, its headers and the request id, and logged once', async () => {
    await using bus = await testBus(testPrefix());
    const { log, lines } = keptLog();
    const handlers = {
      ...idle,
      work: () => {
        throw fail('SERIES_NOT_FOUND');
      },
    };
    await using _served = await serve(bus, options({ log }), implement(sample, handlers));
    const head = headers();
    head.set('Request-Id', 'abc');
    const reply = await bus.connection.request(bus.subject(sample.work), '{}', { headers: head, timeout: 2_000 });
    expect(reply.json()).toMatchObject({ code: 'SERIES_NOT_FOUND', status: 404, request_id: 'abc' });
    expect(reply.headers?.get('Nats-Service-Error-Code')).toBe('404');
    expect(reply.headers?.get('Nats-Service-Error')).toBe('SERIES_NOT_FOUND');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level: 20, operation: 'sample.work', request_id: 'abc' });
  });

  test('of our own making leaks nothing and is logged once with its stack and the request id', async () => {
    await using bus = await testBus(testPrefix());
    const { log, lines } = keptLog();
    const handlers = {
      ...idle,
      work: () => {
        throw new Error('connect to postgres://user:hunter2@db failed');
      },
    };
    await using _served = await serve(bus, options({ log }), implement(sample, handlers));
    const head = headers();
    head.set('Request-Id', 'abc');
    const reply = await bus.connection.request(bus.subject(sample.work), '{}', { headers: head, timeout: 2_000 });
    expect(reply.string()).not.toMatch(/hunter2|postgres|stack|at /);
    expect(reply.json()).toMatchObject({ code: 'INTERNAL', status: 500, request_id: 'abc' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 50,
      request_id: 'abc',
      err: { stack: expect.stringContaining('hunter2') },
    });
  });

  test('that a handler throws because its time was over is TIMEOUT', async () => {
    await using bus = await testBus(testPrefix());
    const { log, line } = keptLog();
    const handlers = {
      ...idle,
      work: (_input: unknown, ctx: { signal: AbortSignal }) =>
        new Promise<never>((_, reject) =>
          ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason as Error), { once: true }),
        ),
    };
    await using _served = await serve(bus, options({ log }), implement(sample, handlers));
    await expect(bus.call(sample.work, {}, { timeoutMs: 60 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(await line('took too long')).toMatchObject({ level: 40, code: 'TIMEOUT' });
  });
});

describe('disposal', () => {
  test('takes no new requests and finishes those that have arrived', async () => {
    const prefix = testPrefix();
    await using bus = await testBus(prefix);
    await using caller = await testBus(prefix);
    let begun = 0;
    const go = Promise.withResolvers<void>();
    const handlers = {
      ...idle,
      async work({ id }: { id: number }) {
        begun += 1;
        await go.promise;
        return { id };
      },
    };
    const served = await serve(bus, options({ slots: 2 }), implement(sample, handlers));
    const calls = [1, 2, 3].map((id) => caller.call(sample.work, { id }));
    await until(() => begun === 2);
    let closed = false;
    const closing = served[Symbol.asyncDispose]().then(() => {
      closed = true;
    });
    // One that gets in before the door is shut waits for a slot, and its caller not for ever.
    await until(() =>
      caller.call(sample.work, { id: 4 }, { timeoutMs: 100 }).then(
        () => false,
        (error) => error.code === 'UNAVAILABLE',
      ),
    );
    expect(closed).toBe(false);
    go.resolve();
    expect(await Promise.all(calls)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    await closing;
  });

  test('is harmless when repeated', async () => {
    await using bus = await testBus(testPrefix());
    const served = await serve(bus, options(), implement(sample, idle));
    await served[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
    await expect(bus.call(sample.work, {})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

test('a request keeps the passport that it came with', async () => {
  await using bus = await testBus(testPrefix());
  const { log, line } = keptLog();
  const handlers = {
    ...idle,
    work: (_input: unknown, ctx: { log: typeof log }) => {
      ctx.log.info('at work');
      return { id: 1 };
    },
  };
  await using _served = await serve(bus, options({ log }), implement(sample, handlers));
  await bus.call(sample.work, {}, { passport: newPassport('my-id') });
  expect(await line('at work')).toMatchObject({ request_id: 'my-id' });
});
