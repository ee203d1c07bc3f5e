import { createLog } from '@aniworld/chassis';
import { testDatabase, testPrefix } from '@aniworld/testing';
import { inject } from 'vitest';
import { startRig } from '../rig.ts';

const silent = createLog({ level: 'silent', service: 'catalog', out: null });

export const PROXY = 'http://me:hunter2@proxy.example:3128/';
/** How it is shown. */
export const MASKED = 'http://me:********@proxy.example:3128/';

/** A catalog with a database of its own. */
export async function startSystem(environment: Record<string, string> = {}) {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase());
  const natsUrl = inject('natsUrl');
  const options = { databaseUrl: database.url, natsUrl, prefix: testPrefix(), log: silent, environment };
  const rig = stack.use(await startRig(options));
  const owned = stack.move();
  return { ...rig, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
