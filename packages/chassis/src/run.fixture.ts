import { z } from 'zod';
import { run, RunConfig } from './run.ts';

/** A service for the tests of `run`: PLAN says how it behaves. */
const Config = RunConfig.extend({
  PLAN: z
    .enum(['well', 'hangs at start', 'fails at start', 'hangs at stop', 'rejects unseen', 'throws unseen'])
    .default('well'),
  NEEDED: z.string(),
  SAMPLE__LEVEL: z.string().optional(),
});

const never = new Promise<never>(() => undefined);

await run('sample', Config, async ({ PLAN }, log) => {
  // Keeps the process alive, as a connection would.
  const alive = setInterval(() => undefined, 1_000);
  if (PLAN === 'hangs at start') {
    log.info('starting');
    await never;
  }
  if (PLAN === 'fails at start') throw new Error('no such thing');
  if (PLAN === 'rejects unseen') void Promise.reject(new Error('unseen'));
  if (PLAN === 'throws unseen')
    setImmediate(() => {
      throw new Error('unseen');
    });
  return {
    checks: { always: () => undefined },
    async [Symbol.asyncDispose]() {
      log.info('disposing');
      if (PLAN === 'hangs at stop') await never;
      clearInterval(alive);
    },
  };
});
