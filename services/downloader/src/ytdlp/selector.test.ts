import { expect, test } from 'vitest';
import { formatSelector, subtitlePatterns } from './selector.ts';

test('a quality is the best that is not above it, then one of unknown height, then the least', () => {
  const heights = formatSelector('720p', true).matchAll(/(\w+\*?)(\[height<=\??\d+\])?\[protocol[^\]]+\](\+|\/|$)/g);
  expect([...heights].map(([, end, height = '']) => end + height)).toEqual([
    ...['bv*[height<=720]', 'ba', 'b[height<=720]', 'bv*[height<=720]'],
    ...['bv*[height<=?720]', 'ba', 'b[height<=?720]', 'bv*[height<=?720]'],
    ...['wv*', 'wa', 'w', 'wv*'],
  ]);
});

test('without ffmpeg nothing has to be put together', () => {
  for (const quality of ['best', 'least', '480p'] as const) expect(formatSelector(quality, false)).not.toContain('+');
});

test('every format comes by a protocol that heeds the proxy', () => {
  for (const format of formatSelector('1080p', true).split(/[/+]/))
    expect(format).toContain("[protocol~='^(http|m3u8|ism)']");
});

test('a language is all its regions, and no language is what a chat said', () => {
  expect(subtitlePatterns(['de', 'pt-BR'])).toBe('de(-.+)?,pt-BR(-.+)?');
  expect(subtitlePatterns(['de', 'all'])).toBe('all,-live_chat');
});
