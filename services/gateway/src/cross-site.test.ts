import { expect, it } from 'vitest';
import { isCrossSite } from './cross-site.ts';

const host = 'nas:8080';

it.each([
  ['a script without a browser', undefined, undefined, false],
  ['our own page over plain HTTP', undefined, 'http://nas:8080', false],
  ['our own page behind a proxy that changes the host', 'same-origin', 'https://media.example', false],
  ['a bookmark', 'none', undefined, false],
  ['a page of another site', 'cross-site', 'https://evil.example', true],
  ['a page of a sibling site', 'same-site', 'https://other.example', true],
  ['a page of another site over plain HTTP', undefined, 'http://evil.example', true],
  ['another port of the same machine', undefined, 'http://nas:9090', true],
  ['a sandboxed frame', undefined, 'null', true],
  ['nonsense', undefined, '::', true],
])('%s', (_, fetchSite, origin, expected) => {
  expect(isCrossSite({ fetchSite, origin, host })).toBe(expected);
});
