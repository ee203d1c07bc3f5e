import { expect, it } from 'vitest';
import { takeTurns } from './politeness.ts';

const never = new AbortController().signal;

it('lets the next go when one of the turns ends', async () => {
  const turns = takeTurns(2);
  const first = await turns(never);
  await turns(never);
  let third = false;
  const waiting = turns(never).then(() => (third = true));
  await Promise.resolve();
  expect(third).toBe(false);
  first();
  await waiting;
});

it('passes over whoever has given up waiting', async () => {
  const turns = takeTurns(1);
  const first = await turns(never);
  const impatient = new AbortController();
  const gone = turns(impatient.signal);
  const patient = turns(never);
  impatient.abort(new Error('no patience'));
  await expect(gone).rejects.toThrow('no patience');
  first();
  expect(typeof (await patient)).toBe('function');
});
