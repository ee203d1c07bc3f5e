import { expect, it } from 'vitest';
import { endLeaks, markOpen, track } from './leaks.ts';

it('finds nothing when everything was disposed', async () => {
  const mark = markOpen();
  {
    await using _resource = resource('a database');
  }
  await expect(endLeaks(mark)).resolves.toBeUndefined();
});

it('names and closes what is left open', async () => {
  const mark = markOpen();
  const left = resource('a database');
  await expect(endLeaks(mark)).rejects.toThrow(/Left open.*\na database, opened\n.*leaks\.test\.ts/);
  expect(left.closed).toBe(true);
  await endLeaks(mark);
});

it('does not hold against a test what was open before it', async () => {
  const earlier = resource('opened in beforeAll');
  await endLeaks(markOpen());
  expect(earlier.closed).toBe(false);
  await earlier[Symbol.asyncDispose]();
});

function resource(name: string) {
  const opened = {
    closed: false,
    [Symbol.asyncDispose]: async () => {
      opened.closed = true;
    },
  };
  return track(name, opened);
}
