import { expect, it, test } from 'vitest';
import { RefusedError } from './refusal.ts';
import { type Redirectable, redirectOf } from './redirect.ts';

const headers = {
  accept: '*/*',
  'accept-encoding': 'identity',
  authorization: 'Bearer secret',
  cookie: 'session=secret',
  host: 'shows.test',
  'if-range': '"a"',
  range: 'bytes=0-',
  'user-agent': 'AniWorld',
  'x-api-key': 'secret',
};
const asked: Redirectable = { url: new URL('https://shows.test/feeds/a.xml'), method: 'GET', headers };
const to = (location: string | undefined, status = 302, from = asked) => redirectOf(from, status, location);

test.each([200, 204, 206, 300, 304, 305, 306, 404])('%i is no redirect', (status) => {
  expect(to('https://other.test/', status)).toBeNull();
});

it('reads relative locations from the address that was asked', () => {
  expect(to('../b.xml')?.url.href).toBe('https://shows.test/b.xml');
  expect(to('//other.test/c')?.url.href).toBe('https://other.test/c');
});

it('keeps all headers on the same origin but the host', () => {
  const { host: _, ...rest } = headers;
  expect(to('/b.xml')?.headers).toEqual(rest);
});

test.each(['https://other.test/', 'http://shows.test/', 'https://shows.test:8443/', 'https://sub.shows.test/'])(
  'sends nothing secret to another origin: %s',
  (location) => {
    const next = to(location);
    expect(Object.keys(next?.headers ?? {})).toEqual(['accept', 'accept-encoding', 'if-range', 'range', 'user-agent']);
    expect(JSON.stringify(next)).not.toContain('secret');
  },
);

it('keeps a user of the address for its origin only, and takes none from a location', () => {
  const from = { ...asked, url: new URL('https://me:secret@shows.test/') };
  expect(to('/b', 302, from)?.url.href).toBe('https://me:secret@shows.test/b');
  expect(to('https://other.test/', 302, from)?.url.href).toBe('https://other.test/');
  expect(to('https://you:there@other.test/', 302, from)?.url.href).toBe('https://other.test/');
});

it('tells another origin where it came from without the path, and over http not even that', () => {
  const from = { ...asked, headers: { referer: 'https://shows.test/page?token=secret' } };
  expect(to('https://other.test/', 302, from)?.headers).toEqual({ referer: 'https://shows.test/' });
  expect(to('http://other.test/', 302, from)?.headers).toEqual({});
});

test.each([undefined, 'http://', 'ftp://other.test/', 'file:///etc/passwd', 'javascript:alert(1)', 'data:,x'])(
  'refuses to go on to %j',
  (location) => expect(() => to(location)).toThrow(RefusedError),
);

it('asks with GET after a POST, without what described the body, unless the status says not to', () => {
  const post = { ...asked, method: 'POST', headers: { 'content-type': 'text/plain', accept: '*/*' } };
  for (const status of [301, 302, 303]) {
    expect(to('/b', status, post)).toMatchObject({ method: 'GET', headers: { accept: '*/*' } });
    expect(to('/b', status, post)?.headers).not.toHaveProperty('content-type');
  }
  for (const status of [307, 308]) expect(to('/b', status, post)).toMatchObject({ method: 'POST' });
  expect(to('/b', 303, { ...asked, method: 'HEAD' })).toMatchObject({ method: 'HEAD' });
});
