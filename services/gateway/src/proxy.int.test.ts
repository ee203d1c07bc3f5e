import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { startSystem } from './gateway.fixture.ts';

describe('the realtime interface', () => {
  it('is passed on in both directions, with its address below the base path', async () => {
    await using notifier = await startNotifier();
    await using system = await startSystem({ config: { NOTIFIER_URL: notifier.url, BASE_PATH: '/base' } });
    for (const path of ['/ws/connect?token=t', '/socket.io/?EIO=4&transport=websocket']) {
      const { status, socket } = await upgrade(`${system.url}${path}`);
      expect(status).toBe(101);
      expect(notifier.upgrades.at(-1)?.url).toBe(path);
      socket.write('there and back');
      expect(String((await once(socket, 'data'))[0])).toBe('there and back');
      const ended = once(notifier.sockets.at(-1)!, 'close');
      socket.destroy();
      await ended;
    }
    const polled = await system.ask('/socket.io/?EIO=4&transport=polling', { method: 'POST', body: '40' });
    expect([polled.status, polled.text]).toEqual([200, 'POST /socket.io/?EIO=4&transport=polling 40']);
  });

  it('is unavailable while the notifier is away, and comes back with it', async () => {
    const notifier = await startNotifier();
    await using system = await startSystem({ config: { NOTIFIER_URL: notifier.url } });
    const { socket } = await upgrade(`${system.url}/ws/connect`);
    const cut = once(socket, 'close');
    await notifier[Symbol.asyncDispose]();
    await cut;
    const polled = await system.ask('/socket.io/?transport=polling');
    expect(polled).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect(polled.headers.get('retry-after')).toBe('2');
    const refused = await upgrade(`${system.url}/ws/connect`);
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '2']);
    await once(refused.socket, 'close');
    await using _back = await startNotifier(notifier.port);
    const again = await upgrade(`${system.url}/ws/connect`);
    expect(again.status).toBe(101);
    again.socket.destroy();
  });

  it('survives resets from either side', async () => {
    await using notifier = await startNotifier();
    await using system = await startSystem({ config: { NOTIFIER_URL: notifier.url } });
    const { socket } = await upgrade(`${system.url}/ws/connect`);
    const gone = once(notifier.sockets[0]!, 'close');
    (socket as unknown as { resetAndDestroy(): void }).resetAndDestroy();
    await gone;
    const second = await upgrade(`${system.url}/ws/connect`);
    second.socket.on('error', () => undefined);
    const cut = once(second.socket, 'close');
    (notifier.sockets[1] as unknown as { resetAndDestroy(): void }).resetAndDestroy();
    await cut;
    expect((await system.ask('/health')).status).toBe(200);
  });

  it('upgrades nothing else', async () => {
    await using notifier = await startNotifier();
    await using system = await startSystem({ config: { NOTIFIER_URL: notifier.url } });
    for (const path of ['/', '/api/v1/queue/status', '/ws/status', '/socket.ioo/']) {
      const { status, socket } = await upgrade(`${system.url}${path}`);
      expect([path, status]).toEqual([path, 404]);
      socket.destroy();
    }
    expect(notifier.upgrades).toEqual([]);
  });

  it('is cut when the gateway stops', async () => {
    await using notifier = await startNotifier();
    await using system = await startSystem({ config: { NOTIFIER_URL: notifier.url } });
    const { socket } = await upgrade(`${system.url}/ws/connect`);
    const cut = once(socket, 'close');
    const began = performance.now();
    await system.stopGateway();
    await cut;
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('the sample shelf', () => {
  it('is read through the gateway without the caller’s credentials', async () => {
    await using origin = await startNotifier();
    await using system = await startSystem({ config: { SHELF_URL: origin.url } });
    const headers = { authorization: 'Bearer secret', cookie: 'a=b' };
    const poster = await system.ask('/shelf/show/poster.svg', { headers });
    expect(poster.text).toBe('GET /show/poster.svg ');
    expect(origin.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(origin.requests[0]?.headers).not.toHaveProperty('cookie');
    const change = await system.ask('/shelf/show/poster.svg', { method: 'DELETE' });
    expect([change.status, change.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('is unavailable when its origin is away, and no address at all without one', async () => {
    const origin = await startNotifier();
    await using system = await startSystem({ config: { SHELF_URL: origin.url } });
    await origin[Symbol.asyncDispose]();
    expect(await system.ask('/shelf/show/poster.svg')).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    await using without = await startSystem();
    expect((await without.ask('/shelf/show/poster.svg')).status).toBe(404);
  });
});

/** A server that says what it was asked and echoes what an upgraded connection sends. */
async function startNotifier(wanted = 0) {
  const requests: IncomingMessage[] = [];
  const upgrades: IncomingMessage[] = [];
  const sockets: Duplex[] = [];
  const server = createServer(async (incoming, response) => {
    requests.push(incoming);
    const body = Buffer.concat(await incoming.toArray()).toString();
    response.end(`${incoming.method} ${incoming.url} ${body}`);
  });
  server.on('upgrade', (incoming, socket) => {
    upgrades.push(incoming);
    sockets.push(socket);
    const accept = createHash('sha1').update(`${incoming.headers['sec-websocket-key']}${WEBSOCKET_GUID}`);
    socket.on('error', () => undefined);
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${accept.digest('base64')}\r\n\r\n`,
    );
    socket.pipe(socket);
  });
  server.listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    upgrades,
    sockets,
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** RFC 6455, section 1.3. */
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Asks for a WebSocket as a client does. What it carries is no concern of the gateway. */
async function upgrade(url: string) {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.from('sixteen bytes 16').toString('base64'),
  };
  const asking = request(url, { headers, agent: false }).end();
  const answered = Promise.withResolvers<{ response: IncomingMessage; socket: Duplex }>();
  asking.on('upgrade', (response, socket) => answered.resolve({ response, socket }));
  asking.on('response', (response) => answered.resolve({ response: response.resume(), socket: response.socket }));
  asking.on('error', answered.reject);
  const { response, socket } = await answered.promise;
  return { status: response.statusCode, headers: response.headers, socket };
}
