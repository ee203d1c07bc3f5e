import { rpc } from '@aniworld/contracts';
import { testPrefix } from '@aniworld/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { silent, testBus } from './chassis.fixture.ts';
import { discover } from './discovery.ts';
import { implement, serve, type ServeOptions } from './serve.ts';

const sample = {
  work: rpc('sample.work', {
    summary: 'Gives back what it gets',
    request: z.object({ id: z.int().default(0) }),
    reply: z.object({ id: z.int() }),
  }),
};
const idle = { work: ({ id }: { id: number }) => ({ id }) };
const options = (more: Partial<ServeOptions> = {}): ServeOptions => ({
  ...{ service: 'catalog', version: '1.2.3', log: silent, checks: {} },
  ...more,
});

const ask = async (bus: Awaited<ReturnType<typeof testBus>>, subject: string) =>
  (await bus.connection.request(subject, '', { timeout: 2_000 })).json<Record<string, any>>();

test('PING, INFO and STATS are answered for all, by name and by id', async () => {
  const prefix = testPrefix();
  await using bus = await testBus(prefix);
  await using _served = await serve(bus, options(), implement(sample, idle));
  await bus.call(sample.work, {});
  await bus.call(sample.work, { id: 0.5 }).catch(() => undefined);
  const name = `${prefix}-catalog`;
  const ping = await ask(bus, `$SRV.PING.${name}`);
  expect(ping).toMatchObject({ type: 'io.nats.micro.v1.ping_response', name, version: '1.2.3' });
  const info = await ask(bus, `$SRV.INFO.${name}.${ping.id}`);
  expect(info.type).toBe('io.nats.micro.v1.info_response');
  expect(info.endpoints).toContainEqual({
    name: 'sample_work',
    subject: `${prefix}.rpc.sample.work`,
    queue_group: 'catalog',
    metadata: {},
  });
  const stats = await ask(bus, `$SRV.STATS.${name}`);
  expect(stats.endpoints.find((endpoint: { name: string }) => endpoint.name === 'sample_work')).toMatchObject({
    num_requests: 2,
    num_errors: 1,
    last_error: 'INVALID_REQUEST',
    average_processing_time: expect.any(Number),
  });
});

test('every replica of this installation is found, whatever else answers on the server', async () => {
  const prefix = testPrefix();
  await using bus = await testBus(prefix);
  await using other = await testBus(testPrefix());
  await using _served = await serve(bus, options(), implement(sample, idle));
  await using _second = await serve(bus, options({ service: 'auth' }));
  await using _foreign = await serve(other, options());
  const odd = bus.connection.subscribe('$SRV.INFO', {
    callback: (_error, message) => {
      message.respond('nonsense');
      message.respond('{"metadata":null}');
    },
  });
  const found = await discover(bus);
  odd.unsubscribe();
  expect(found.map(({ name, version }) => [name, version])).toEqual([
    ['auth', '1.2.3'],
    ['catalog', '1.2.3'],
  ]);
});
