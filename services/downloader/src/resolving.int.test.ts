import { connectBus, createLog, implement, serve } from '@aniworld/chassis';
import { fail, providers, type Resolved, Source } from '@aniworld/contracts';
import { testPrefix } from '@aniworld/testing';
import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { gatherResolves } from './resolving.ts';

const log = createLog({ service: 'test', level: 'silent', out: null });
const options = { service: 'catalog', version: '0.0.0', log, checks: {} } as const;
const never = new AbortController().signal;

const openBus = () => connectBus({ url: inject('natsUrl'), prefix: testPrefix(), name: 'test', log });

const resolvedOf = (id: string): Resolved => ({
  source: Source.parse({ engine: 'http', url: `http://host.example/${id}` }),
  names: { series: 'A', year: null, season: 1, episode: 1, absolute: null, title: 'T' },
  folder: '/library',
});
const urlOf = (id: string) => resolvedOf(id).source.url;

/** Handlers that know some episodes, and tell of every request which ones it asked for. */
function handlersOf(known: string[], asked: string[][]) {
  const one = (id: string) => {
    if (!known.includes(id)) throw fail('NO_SOURCE', { detail: 'Nobody offers it.' });
    return resolvedOf(id);
  };
  const single = implement(
    { resolve: providers.resolve },
    {
      resolve({ episode_id }) {
        asked.push([episode_id]);
        return one(episode_id);
      },
    },
  );
  const several = implement(
    { resolveMany: providers.resolveMany },
    {
      resolveMany({ episode_ids }) {
        asked.push(episode_ids);
        const refusal = { code: 'NO_SOURCE', detail: 'Nobody offers it.' };
        return { items: episode_ids.map((id) => (known.includes(id) ? { resolved: resolvedOf(id) } : { refusal })) };
      },
    },
  );
  return { single, several };
}

test('items of a series that ask at the same time share a request, and each has its own outcome', async () => {
  await using bus = await openBus();
  const ids = Array.from({ length: 3 }, () => randomUUID());
  const asked: string[][] = [];
  const { single, several } = handlersOf([ids[0]!, ids[2]!], asked);
  await using _served = await serve(bus, options, single, several);
  const resolve = gatherResolves(bus);
  const outcomes = await Promise.allSettled(ids.map((id) => resolve({ episode_id: id, series_id: 'one' }, never)));
  expect(outcomes).toMatchObject([
    { status: 'fulfilled', value: { source: { url: urlOf(ids[0]!) } } },
    { status: 'rejected', reason: { code: 'NO_SOURCE', message: 'Nobody offers it.' } },
    { status: 'fulfilled', value: { source: { url: urlOf(ids[2]!) } } },
  ]);
  expect(asked).toEqual([ids]);
});

test('items of different series do not wait for each other', async () => {
  await using bus = await openBus();
  const [first, second] = [randomUUID(), randomUUID()];
  const asked: string[][] = [];
  const { single, several } = handlersOf([first, second], asked);
  await using _served = await serve(bus, options, single, several);
  const resolve = gatherResolves(bus);
  await Promise.all([
    resolve({ episode_id: first, series_id: 'one' }, never),
    resolve({ episode_id: second, series_id: 'two' }, never),
  ]);
  expect(new Set(asked.map(String))).toEqual(new Set([first, second]));
});

test('a catalog that answers no request for several is asked for each', async () => {
  await using bus = await openBus();
  const ids = [randomUUID(), randomUUID()];
  const asked: string[][] = [];
  const { single } = handlersOf(ids, asked);
  await using _served = await serve(bus, options, single);
  const resolve = gatherResolves(bus);
  const found = await Promise.all(ids.map((id) => resolve({ episode_id: id, series_id: 'one' }, never)));
  expect(found.map(({ source }) => source.url)).toEqual(ids.map(urlOf));
  expect(asked).toHaveLength(ids.length);
  expect(new Set(asked.map(String))).toEqual(new Set(ids));
});

test('an item that is given up hears of it at once, and the others of its request go on', async () => {
  await using bus = await openBus();
  const ids = [randomUUID(), randomUUID()];
  const held = Promise.withResolvers<void>();
  const several = implement(
    { resolveMany: providers.resolveMany },
    {
      async resolveMany({ episode_ids }) {
        await held.promise;
        return { items: episode_ids.map((id) => ({ resolved: resolvedOf(id) })) };
      },
    },
  );
  await using _served = await serve(bus, options, several);
  const stop = new AbortController();
  const resolve = gatherResolves(bus);
  const given = resolve({ episode_id: ids[0]!, series_id: 'one' }, stop.signal);
  const kept = resolve({ episode_id: ids[1]!, series_id: 'one' }, never);
  stop.abort();
  await expect(given).rejects.toMatchObject({ code: 'CANCELLED' });
  held.resolve();
  expect((await kept).source.url).toBe(urlOf(ids[1]!));
});
