import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { endLeaks, markOpen } from './leaks.ts';

// Hooks of a setup file run first before and last after, so that what a file opens in its own hooks is not held
// against a test. Tests that run at the same time in one file (`test.concurrent`) can't be told apart: only the file is checked.
let fileMark = markOpen();
let running = 0;
let mark = fileMark;

beforeAll(() => {
  fileMark = markOpen();
});

beforeEach(() => {
  running += 1;
  mark = markOpen();
});

afterEach(async () => {
  const alone = running === 1;
  running -= 1;
  if (alone) await endLeaks(mark);
});

afterAll(() => endLeaks(fileMark));
