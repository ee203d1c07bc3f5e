import { createLog } from '@aniworld/chassis';
import { fail } from '@aniworld/contracts';
import { expect, it } from 'vitest';
import { guard } from './guard.ts';
import type { Provider } from './provider.ts';

const log = createLog({ level: 'silent', service: 'catalog', out: null });
const never = new AbortController().signal;
const nothing = { found: [], problem: null };
const provider: Provider = {
  id: 'boats',
  name: 'Boats',
  licence: null,
  search: async () => nothing,
  series: async () => null,
  resolve: async () => null,
};

it('hands on what the provider answers', async () => {
  const guarded = guard(provider, log);
  expect(await guarded.search('boat', never)).toEqual(nothing);
  expect(await guarded.series('ref', never)).toBeNull();
  expect(await guarded.resolve({ series: 'ref', episode: '1' }, never)).toBeNull();
});

it('gives up a provider that hangs and does not even look at the signal', async () => {
  const hanging = guard({ ...provider, search: () => new Promise(() => undefined) }, log, { search: 20 });
  await expect(hanging.search('boat', never)).rejects.toMatchObject({
    code: 'PROVIDER_FAILED',
    message: 'Boats took longer than 0.02 s.',
  });
});

it('turns a foreign error into a sentence that says nothing of its inside', async () => {
  const broken = guard({ ...provider, series: () => Promise.reject(new Error('secret inside')) }, log);
  await expect(broken.series('ref', never)).rejects.toMatchObject({
    code: 'PROVIDER_FAILED',
    message: 'Boats did not answer as it should.',
  });
});

it('keeps the sentence of an error that the provider chose', async () => {
  const detail = 'The feed is larger than 16 MB.';
  const choosy = guard({ ...provider, series: () => Promise.reject(fail('PROVIDER_FAILED', { detail })) }, log);
  await expect(choosy.series('ref', never)).rejects.toMatchObject({ message: detail });
});

it('leaves a server alone after five failures, and asks the other ones on', async () => {
  const asked: string[] = [];
  const broken: Provider = {
    ...provider,
    hostOf: (ref) => ref,
    series: async (ref) => {
      asked.push(ref);
      if (ref === 'dead') throw new Error('down');
      return null;
    },
  };
  const clock = { now: 0 };
  const guarded = guard(broken, log, {}, () => clock.now);
  for (let time = 0; time < 7; time += 1) await guarded.series('dead', never).catch(() => undefined);
  expect(asked).toHaveLength(5);
  await expect(guarded.series('dead', never)).rejects.toMatchObject({ details: { retry_after: 30 } });
  expect(await guarded.series('alive', never)).toBeNull();
  clock.now += 30_000;
  await guarded.series('dead', never).catch(() => undefined);
  expect(asked.filter((ref) => ref === 'dead')).toHaveLength(6);
});

it('does not hold it against the provider when the caller gives up', async () => {
  let asked = 0;
  const waiting: Provider = {
    ...provider,
    series: (_, signal) => {
      asked += 1;
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
  };
  const guarded = guard(waiting, log);
  for (let time = 0; time < 6; time += 1) {
    const caller = new AbortController();
    const answer = guarded.series('ref', caller.signal);
    caller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' });
  }
  expect(asked).toBe(6);
});

it('asks only so many things at once', async () => {
  const running = { now: 0, most: 0 };
  const counting: Provider = {
    ...provider,
    search: async () => {
      running.now += 1;
      running.most = Math.max(running.most, running.now);
      await new Promise((resolve) => setImmediate(resolve));
      running.now -= 1;
      return nothing;
    },
  };
  const guarded = guard(counting, log, { atOnce: 2 });
  await Promise.all(Array.from({ length: 8 }, () => guarded.search('boat', never)));
  expect(running.most).toBe(2);
});
