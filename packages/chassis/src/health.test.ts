import { expect, test } from 'vitest';
import { checkHealth } from './health.ts';

test('a service is ready when all its parts are, and a part that is silent counts as away', async () => {
  const never = () => new Promise<void>(() => undefined);
  const away = () => {
    throw new Error('gone');
  };
  expect(await checkHealth({ a: () => undefined, b: async () => undefined })).toMatchObject({ ready: true });
  expect(await checkHealth({ a: () => undefined, b: away, c: never })).toEqual({
    ready: false,
    checks: [
      { name: 'a', ok: true, detail: null },
      { name: 'b', ok: false, detail: 'gone' },
      { name: 'c', ok: false, detail: 'no answer within 2.5 s' },
    ],
  });
});
