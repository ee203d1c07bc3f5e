import { AppConfig } from '@aniworld/contracts';
import { expect, test } from 'vitest';
import { argumentsOf, readUrl, sortHeaders } from './arguments.ts';

const settings = AppConfig.parse({}).download;
const asked = {
  url: new URL('http://example.org/'),
  headers: {},
  settings,
  hasFfmpeg: true,
  readsAnyPage: true,
  cache: '/c',
};

test.each([
  '--exec=touch /tmp/x',
  '--batch-file=/etc/passwd',
  '--config-locations',
  '-U',
  'http://example.org/\n--exec=id',
  'http://example.org/\t',
  ' http://example.org/',
  'http://example.org/a b',
  'http:example.org',
  'http:///etc/passwd',
  'file:///etc/passwd',
  'ytsearch:film',
  'concat:http://example.org/a|file:///etc/passwd',
  'http://example.org/#__youtubedl_smuggle=%7B%22a%22%3A1%7D',
  'http://example.org/#%5F_youtubedl%5Fsmuggle=%7B%7D',
])('%j is no address', (text) => {
  expect(() => readUrl(text)).toThrow(/no plain http or https address/);
});

test('an address comes last, behind the end of all options', () => {
  const url = readUrl('https://example.org/--exec=id?list=--batch-file#--config-locations');
  expect(argumentsOf({ ...asked, url }).slice(-2)).toEqual(['--', url.href]);
});

test('each argument is an option of ours or its value, whatever the settings are', () => {
  const args = argumentsOf({
    ...asked,
    settings: { ...settings, subtitle_languages: ['en', 'pt-BR'], item_bytes_per_second: 9 },
  });
  expect(args).toEqual(expect.arrayContaining(['--sub-langs', 'en(-.+)?,pt-BR(-.+)?', '--limit-rate', '9']));
  expect(args.slice(0, 3)).toEqual(['--ignore-config', '--no-config-locations', '--no-batch-file']);
  for (const never of ['--exec', '--cookies-from-browser', '--config-locations', '--netrc', '--enable-file-urls'])
    expect(args).not.toContain(never);
});

test('a stream that goes on is left out, unless it is to be followed', () => {
  expect(argumentsOf(asked).join(' ')).toContain('& !is_live');
  expect(argumentsOf({ ...asked, settings: { ...settings, live: 'follow' } }).join(' ')).not.toContain('is_live &');
});

test('headers that may be secrets, or that would be several, are kept back', () => {
  const headers = { Referer: 'http://a/', cookie: 'a=1', Authorization: 'x', 'User-Agent': 'a\r\nCookie: b' };
  expect(sortHeaders(headers)).toEqual({
    passed: { Referer: 'http://a/' },
    kept: ['cookie', 'Authorization', 'User-Agent'],
  });
});
