import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createEgress } from '@aniworld/egress';
import { track } from '@aniworld/testing';
import { expect, it } from 'vitest';
import { createFeedClient } from './client.ts';

const never = new AbortController().signal;
const item = '<item><title>One</title><enclosure url="v/1.mp4" length="1" type="video/mp4"/></item>';
const feed = (title: string, items = item) =>
  `<rss version="2.0"><channel><title>${title}</title>${items}</channel></rss>`;

it('asks again with the validators and keeps what has not changed', async () => {
  const asked: IncomingMessage['headers'][] = [];
  await using server = await serveWith((request, response) => {
    asked.push(request.headers);
    if (request.headers['if-none-match'] === '"1"') return response.writeHead(304).end();
    return response.setHeader('etag', '"1"').end(feed('Harbour'));
  });
  const clock = { now: 0 };
  await using client = openClient({ now: () => clock.now });
  const first = await client.read(server.url, 60_000, never);
  expect(await client.read(server.url, 60_000, never)).toBe(first);
  expect(asked).toHaveLength(1);
  clock.now = 60_001;
  expect(await client.read(server.url, 60_000, never)).toEqual(first);
  expect(asked).toHaveLength(2);
  expect(await client.read(server.url, 60_000, never)).toEqual(first);
  expect(asked).toHaveLength(2);
});

it('follows redirects and reads relative addresses from where it ended', async () => {
  await using server = await serveWith((request, response) => {
    if (request.url === '/') return response.writeHead(302, { location: '/shows/feed.xml' }).end();
    return response.end(feed('Harbour'));
  });
  await using client = openClient();
  const { items } = await client.read(server.url, 0, never);
  expect(items[0]?.enclosure.url).toBe(new URL('/shows/v/1.mp4', server.url).href);
});

it('decodes what is packed and what is in another character set', async () => {
  await using server = await serveWith((_, response) => {
    const body = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${feed('Über uns')}`, 'latin1');
    return response.setHeader('content-encoding', 'gzip').end(gzipSync(body));
  });
  await using client = openClient();
  expect((await client.read(server.url, 0, never)).title).toBe('Über uns');
});

it('reads a feed too large for this thread in another one', async () => {
  const items = Array.from({ length: 2_000 }, (_, n) => item.replace('One', `Part ${n}`).replace('1.mp4', `${n}.mp4`));
  await using server = await serveWith((_, response) => response.end(feed('Harbour', items.join(''))));
  await using client = openClient();
  const document = await client.read(server.url, 0, never);
  expect(document.items).toHaveLength(2_000);
  expect(document.items[1_999]?.title).toBe('Part 1999');
});

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

it.each<[what: string, answer: Answer, sentence: string]>([
  [
    'a redirect to itself',
    (_, response) => response.writeHead(302, { location: '/' }).end(),
    'sends on from one address to the next without end',
  ],
  ['an error', (_, response) => response.writeHead(410).end('gone'), 'answered with status 410'],
  ['a web page', (_, response) => response.end('<html></html>'), 'is not a feed in RSS or Atom'],
  ['a cut connection', (_, response) => response.destroy(), 'could not be reached'],
  [
    'a small body that unpacks to a large one',
    (_, response) => response.setHeader('content-encoding', 'gzip').end(bomb),
    'is larger than 16 MB',
  ],
])('gives a sentence for %s', async (_, answer, sentence) => {
  await using server = await serveWith(answer);
  await using client = openClient();
  await expect(client.read(server.url, 0, never)).rejects.toMatchObject({
    code: 'PROVIDER_FAILED',
    message: `The feed at ${new URL(server.url).host} ${sentence}.`,
  });
});

it('does not follow a redirect to a private address that is not allowed', async () => {
  const asked: (string | undefined)[] = [];
  await using inside = await serveWith((request, response) => {
    asked.push(request.url);
    response.end(feed('Inside'));
  });
  await using server = await serveWith((_, response) => response.writeHead(302, { location: inside.url }).end());
  await using client = openClient({ allow: new URL(server.url).host });
  await expect(client.read(server.url, 0, never)).rejects.toMatchObject({
    code: 'PROVIDER_FAILED',
    message: expect.stringContaining(`add ${new URL(inside.url).host} to network.allow_private`),
  });
  expect(asked).toEqual([]);
});

it('ends the reading of a large feed when the caller gives up', async () => {
  await using server = await serveWith((_, response) => response.end(feed('Harbour', item.repeat(100_000))));
  await using client = openClient();
  const caller = AbortSignal.timeout(300);
  const started = performance.now();
  await expect(client.read(server.url, 0, caller)).rejects.toMatchObject({ code: 'PROVIDER_FAILED' });
  expect(performance.now() - started).toBeLessThan(2_000);
});

const bomb = gzipSync(Buffer.alloc(20 * 1_024 * 1_024, ' '));

function openClient({ now = Date.now, allow = '127.0.0.1' } = {}) {
  const egress = createEgress({ allowPrivate: [allow] });
  return { ...createFeedClient(egress, now), [Symbol.asyncDispose]: () => egress[Symbol.asyncDispose]() };
}

async function serveWith(answer: Answer) {
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return track('feed server', {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
