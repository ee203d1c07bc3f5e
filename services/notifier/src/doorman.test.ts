import { expect, test } from 'vitest';
import { sameOrigin } from './doorman.ts';

const cases: [string, Record<string, string>, boolean][] = [
  ['a program without an origin', { host: 'aniworld.local' }, true],
  ['the page of the same host', { origin: 'http://aniworld.local:8080', host: 'aniworld.local:8080' }, true],
  ['a port that is the protocol’s own', { origin: 'https://aniworld.local', host: 'aniworld.local:443' }, true],
  [
    'the host that a proxy was asked for',
    { origin: 'https://tv.example', host: 'notifier:8081', 'x-forwarded-host': 'tv.example, inner' },
    true,
  ],
  ['another host', { origin: 'https://evil.example', host: 'aniworld.local' }, false],
  ['another port', { origin: 'http://aniworld.local:9999', host: 'aniworld.local:8080' }, false],
  ['a longer name', { origin: 'http://aniworld.local.evil.example', host: 'aniworld.local' }, false],
  ['a sandboxed page', { origin: 'null', host: 'aniworld.local' }, false],
  ['an empty origin', { origin: '', host: 'aniworld.local' }, false],
  ['nonsense', { origin: 'http://[', host: 'http://[' }, false],
];

test.each(cases)('%s', (_what, headers, allowed) => {
  expect(sameOrigin({ headers })).toBe(allowed);
});
