import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, test } from 'vitest';
import { createEgress } from './egress.ts';
import { startOrigin } from './egress.fixture.ts';
import { type FilteringProxyOptions, startFilteringProxy } from './filtering-proxy.ts';
import type { RefusedError } from './refusal.ts';

interface Asking {
  url: string;
  proxy: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** A request in absolute form, as a program sends it to its proxy. */
async function ask({ url, proxy, method = 'GET', headers = {}, body }: Asking) {
  const { hostname, port, username, password } = new URL(proxy);
  const sent = httpRequest({
    host: hostname,
    port,
    method,
    path: url,
    headers: { ...(username && authorization(username, password)), ...headers },
  });
  sent.end(body);
  const [response] = await once(sent, 'response');
  return { status: response.statusCode as number, headers: response.headers, body: await text(response) };
}

const authorization = (user: string, password: string) => ({
  'proxy-authorization': `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

/** Asks for a tunnel. @returns the status line, and the connection */
async function tunnel(proxy: string, authority: string, early = ''): Promise<{ status: string; socket: Socket }> {
  const { hostname, port, username, password } = new URL(proxy);
  const socket = connect({ host: hostname, port: Number(port) });
  const login = username ? `Proxy-Authorization: ${authorization(username, password)['proxy-authorization']}\r\n` : '';
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${login}\r\n${early}`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  return { status: head.toString().split('\r\n')[0] ?? '', socket };
}

async function start(allowPrivate: string[], options: FilteringProxyOptions = {}) {
  const egress = createEgress({ allowPrivate });
  const refused: RefusedError[] = [];
  const proxy = await startFilteringProxy(egress, { onRefused: (error) => refused.push(error), ...options });
  return {
    proxy: proxy.url,
    refused,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await egress[Symbol.asyncDispose]();
    },
  };
}

it('hands on requests and their bodies to what is allowed', async () => {
  await using origin = await startOrigin({
    answer: (request, response) => {
      response.setHeader('set-cookie', ['a=1', 'b=2']).setHeader('x-seen', JSON.stringify(request.headers));
      void text(request).then((body) => response.end(`got ${body}`));
    },
  });
  await using system = await start([origin.host]);
  const { proxy } = system;
  const headers = { 'user-agent': 'child', connection: 'close, x-hop', 'x-hop': '1', 'x-kept': '1', te: 'trailers' };
  const answer = await ask({ proxy, url: `http://${origin.host}/a?b=c`, method: 'POST', body: 'all of it', headers });
  expect(answer).toMatchObject({ status: 200, body: 'got all of it' });
  expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
  expect(origin.asked).toEqual(['POST /a?b=c']);
  const seen = JSON.parse(String(answer.headers['x-seen']));
  expect(seen).toMatchObject({ host: origin.host, 'user-agent': 'child', 'x-kept': '1' });
  for (const name of ['proxy-authorization', 'x-hop', 'te']) expect(seen).not.toHaveProperty(name);
});

it('makes tunnels to what is allowed, and keeps what was sent before they stood', async () => {
  await using origin = await startOrigin();
  await using system = await start([origin.host]);
  const early = 'GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n';
  const { status, socket } = await tunnel(system.proxy, origin.host, early);
  expect(status).toBe('HTTP/1.1 200 Connection established');
  expect(await text(socket)).toContain('hello');
});

it('refuses what is private, tells the program why, and tells us', async () => {
  await using origin = await startOrigin();
  await using system = await start([]);
  const { proxy, refused } = system;
  for (const host of ['127.0.0.1', 'localhost', '2130706433', '[::ffff:7f00:1]']) {
    const answer = await ask({ proxy, url: `http://${host}:${origin.port}/` });
    expect(answer).toMatchObject({ status: 403, body: expect.stringContaining('network.allow_private') });
    const { status, socket } = await tunnel(proxy, `${host}:${origin.port}`);
    expect(status).toBe('HTTP/1.1 403 Forbidden');
    socket.destroy();
  }
  expect(origin.asked).toEqual([]);
  expect(refused).toHaveLength(8);
});

it('does not follow redirects: the program asks for the next address itself', async () => {
  await using inside = await startOrigin();
  await using origin = await startOrigin({
    answer: (_, response) => response.writeHead(302, { location: `http://${inside.host}/` }).end(),
  });
  await using system = await start([origin.host]);
  const { proxy } = system;
  expect(await ask({ proxy, url: `http://${origin.host}/` })).toMatchObject({ status: 302 });
  expect(await ask({ proxy, url: `http://${inside.host}/` })).toMatchObject({ status: 403 });
  expect(inside.asked).toEqual([]);
});

it('is for who was given its password', async () => {
  await using origin = await startOrigin();
  await using system = await start([origin.host]);
  const { host } = new URL(system.proxy);
  for (const proxy of [`http://${host}`, `http://child:wrong@${host}`]) {
    const answer = await ask({ proxy, url: `http://${origin.host}/` });
    expect(answer).toMatchObject({ status: 407, headers: { 'proxy-authenticate': 'Basic realm="egress"' } });
    const { status, socket } = await tunnel(proxy, origin.host);
    expect(status).toBe('HTTP/1.1 407 Proxy Authentication Required');
    socket.destroy();
  }
  expect(origin.asked).toEqual([]);
});

test.each([
  ['/etc/passwd', 400],
  ['https://127.0.0.1/', 400],
  ['ftp://127.0.0.1/', 400],
])('answers the request for %s with status %i', async (url, status) => {
  await using system = await start(['127.0.0.1']);
  expect(await ask({ proxy: system.proxy, url })).toMatchObject({ status });
});

test.each(['127.0.0.1', 'user@127.0.0.1:80', '127.0.0.1:80/a', '127.0.0.1:99999', ':80'])(
  'makes no tunnel to %s',
  async (authority) => {
    await using system = await start(['127.0.0.1']);
    const { status, socket } = await tunnel(system.proxy, authority);
    expect(status).toBe('HTTP/1.1 400 Bad Request');
    socket.destroy();
  },
);

it('says that a target can not be reached, without more', async () => {
  await using gone = await startOrigin();
  const { host } = gone;
  await gone[Symbol.asyncDispose]();
  await using system = await start([host]);
  const answer = await ask({ proxy: system.proxy, url: `http://${host}/` });
  expect(answer).toMatchObject({ status: 502, body: 'The target could not be reached.' });
  const { status, socket } = await tunnel(system.proxy, host);
  expect(status).toBe('HTTP/1.1 502 Bad Gateway');
  socket.destroy();
});

it('takes a limited number of connections', async () => {
  await using origin = await startOrigin();
  await using system = await start([origin.host], { most: 2 });
  const tunnels = [await tunnel(system.proxy, origin.host), await tunnel(system.proxy, origin.host)];
  const { hostname, port } = new URL(system.proxy);
  const third = connect({ host: hostname, port: Number(port) });
  third.on('error', () => undefined);
  await once(third, 'close');
  expect(tunnels.map(({ socket }) => socket.destroyed)).toEqual([false, false]);
  for (const { socket } of tunnels) socket.destroy();
});

it('ends its tunnels when it is disposed, and a tunnel when either side has gone', async () => {
  await using origin = await startOrigin({ answer: (_, response) => response.destroy() });
  const system = await start([origin.host]);
  const left = await tunnel(system.proxy, origin.host);
  const cut = await tunnel(system.proxy, origin.host);
  cut.socket.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n');
  await once(cut.socket, 'close');
  expect(left.socket.destroyed).toBe(false);
  const ended = once(left.socket, 'close');
  await system[Symbol.asyncDispose]();
  await ended;
  expect(left.socket.destroyed).toBe(true);
});
