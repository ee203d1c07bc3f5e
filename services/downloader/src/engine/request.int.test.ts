import { createEgress } from '@aniworld/egress';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createWire } from '../wire/wire.ts';
import { type Ask, get } from './request.ts';

const own = {
  authorization: 'Bearer secret',
  cookie: 'session=secret',
  'x-api-key': 'secret',
  'user-agent': 'Own',
  'Accept-Encoding': 'gzip',
  Range: 'bytes=5-',
};

async function serve(answer: RequestListener) {
  const asked: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    asked.push({ url: request.url, headers: request.headers });
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    url,
    async [Symbol.asyncDispose]() {
      server.close().closeAllConnections();
    },
  };
}

async function ask(url: string, more: Partial<Ask> = {}, allowPrivate = ['127.0.0.0/8']) {
  await using egress = createEgress({ allowPrivate });
  await using wire = createWire(egress.dial);
  const reply = await get(wire, url, { headers: own, ...more }, new AbortController().signal);
  reply.body.destroy();
  return reply;
}

test('a source’s headers are sent, but what is asked is ours to say', async () => {
  await using server = await serve((_, response) => void response.end('x'));
  await ask(server.url, { range: { start: 2, end: 4 }, ifRange: '"a"' });
  expect(server.asked[0]?.headers).toMatchObject({
    authorization: 'Bearer secret',
    'x-api-key': 'secret',
    'user-agent': 'Own',
    'accept-encoding': 'identity',
    range: 'bytes=2-3',
    'if-range': '"a"',
  });
});

test('a redirect within the origin keeps the credentials, one to another origin loses them for good', async () => {
  await using other = await serve((request, response) => {
    if (request.url === '/a') response.writeHead(302, { location: `${first.url}/back` }).end();
    else response.end();
  });
  await using first = await serve((request, response) => {
    if (request.url === '/') response.writeHead(301, { location: '/same' }).end();
    else if (request.url === '/same') response.writeHead(307, { location: `${other.url}/a` }).end();
    else response.end('x');
  });
  await ask(`${first.url}/`, { range: { start: 1, end: null } });
  expect(first.asked.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer secret',
    'Bearer secret',
    undefined,
  ]);
  const { headers } = other.asked[0]!;
  expect(headers).toMatchObject({ 'user-agent': 'Own', range: 'bytes=1-' });
  expect(JSON.stringify(headers)).not.toContain('secret');
  expect(JSON.stringify(first.asked[2]?.headers)).not.toContain('secret');
});

test('a name and password in the address become a header for its origin', async () => {
  await using server = await serve((_, response) => void response.end('x'));
  await ask(server.url.replace('//', '//me:p%40ss@'), { headers: {} });
  expect(server.asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
});

test('a redirect to a private address that is not allowed is refused', async () => {
  await using secret = await serve((_, response) => void response.end('x'));
  await using server = await serve((_, response) => void response.writeHead(302, { location: secret.url }).end());
  const { port } = new URL(server.url);
  await expect(ask(server.url, {}, [`127.0.0.1:${port}`])).rejects.toMatchObject({ reason: 'http_4xx' });
  expect(secret.asked).toEqual([]);
});

test.each([
  ['in a circle', '/'],
  ['to another protocol', 'file:///etc/passwd'],
  ['to what is no address', 'http://[x'],
])('a redirect %s is refused', async (_, location) => {
  await using server = await serve((__, response) => void response.writeHead(302, { location }).end());
  await expect(ask(server.url)).rejects.toMatchObject({ reason: 'http_4xx' });
});

test.each([
  [401, {}, 'auth'],
  [403, {}, 'auth'],
  [404, {}, 'gone'],
  [410, {}, 'gone'],
  [408, {}, 'timeout'],
  [429, {}, 'rate_limited'],
  [503, { 'retry-after': '7' }, 'rate_limited'],
  [503, {}, 'http_5xx'],
  [500, {}, 'http_5xx'],
  [418, {}, 'http_4xx'],
])('%i %j is %s', async (status, headers, reason) => {
  await using server = await serve((_, response) => void response.writeHead(status, headers).end());
  await expect(ask(server.url)).rejects.toMatchObject({ reason, retryAfter: 'retry-after' in headers ? 7 : null });
});
