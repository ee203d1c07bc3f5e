import { expect, it } from 'vitest';
import { returnPath } from './return-path.ts';

it('leads back to a page of this site', () => {
  expect(returnPath('/anime/1?tab=2')).toBe('/anime/1?tab=2');
});

it.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/login', '/setup', undefined, 7])(
  'leads to the library instead of %s',
  (next) => {
    expect(returnPath(next)).toBe('/');
  },
);
