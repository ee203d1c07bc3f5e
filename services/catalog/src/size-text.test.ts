import { expect, it } from 'vitest';
import { sizeText } from './size-text.ts';

it('tells small sizes in kB, rounded up, and larger ones in MB', () => {
  expect([0, 1, 4_200, 999_000].map(sizeText)).toEqual(['0 kB', '1 kB', '5 kB', '999 kB']);
  expect([1_000_000, 8_240_000, 312_400_000].map(sizeText)).toEqual(['1.0 MB', '8.2 MB', '312 MB']);
});
