import { auth, Message, realtime } from '@aniworld/contracts';
import { testPrefix } from '@aniworld/testing';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { describe, expect, test } from 'vitest';
import {
  bearer,
  connectPlain,
  libraryChange,
  type PlainConnection,
  startRig,
  tokenOf,
  until,
} from './notifier.fixture.ts';

const codeOf = async ({ ear, closed }: PlainConnection) => {
  const error = (await ear.hears('error')).data as { code: string };
  return [error.code, await closed];
};

describe('the door', () => {
  test('takes the token as a header, as a subprotocol or as the first message', async () => {
    await using rig = await startRig(testPrefix());
    using byHeader = connectPlain(rig, bearer(rig));
    using byProtocol = connectPlain(rig, { protocols: ['bearer', rig.token] });
    using byMessage = connectPlain(rig);
    byMessage.say({ action: 'auth', token: rig.token });
    for (const { ear } of [byHeader, byProtocol, byMessage]) {
      expect((await ear.hears('connected')).data).toMatchObject({ session_id: rig.session });
    }
    expect(byProtocol.ws.protocol).toBe('bearer');
  });

  test('does not take it from the address, where logs would keep it', async () => {
    await using rig = await startRig(testPrefix());
    using client = connectPlain(rig, { path: `/ws/connect?token=${rig.token}` });
    client.say({ action: 'ping' });
    expect(await codeOf(client)).toEqual(['UNAUTHENTICATED', [1008, 'UNAUTHENTICATED']]);
  });

  test('refuses everybody else, saying why', async () => {
    await using rig = await startRig(testPrefix());
    using wrong = connectPlain(rig, { headers: { authorization: 'Bearer x.y.z' } });
    using late = connectPlain(rig, { protocols: ['bearer', tokenOf('s', -1)] });
    using foreign = connectPlain(rig, { headers: { ...bearer(rig).headers, origin: 'https://evil.example' } });
    using nonsense = connectPlain(rig);
    nonsense.say('null');
    expect(await codeOf(wrong)).toEqual(['UNAUTHENTICATED', [1008, 'UNAUTHENTICATED']]);
    expect(await codeOf(late)).toEqual(['TOKEN_EXPIRED', [1008, 'TOKEN_EXPIRED']]);
    expect(await codeOf(foreign)).toEqual(['CROSS_SITE', [1008, 'CROSS_SITE']]);
    expect(await codeOf(nonsense)).toEqual(['UNAUTHENTICATED', [1008, 'UNAUTHENTICATED']]);
  });

  test('closes on those who say nothing for five seconds', async () => {
    await using rig = await startRig(testPrefix());
    using client = connectPlain(rig);
    const begun = performance.now();
    expect(await codeOf(client)).toEqual(['UNAUTHENTICATED', [1008, 'UNAUTHENTICATED']]);
    expect(performance.now() - begun).toBeGreaterThan(4_900);
  });

  test('cuts a session that ends, with the reason', async () => {
    await using rig = await startRig(testPrefix());
    using client = connectPlain(rig, bearer(rig));
    await client.ear.hears('connected');
    const revocation = { session_id: rig.session, expires_at: new Date(Date.now() + 60_000).toISOString() };
    await rig.durable(auth.sessionRevoked, revocation);
    expect(await codeOf(client)).toEqual(['SESSION_REVOKED', [1008, 'SESSION_REVOKED']]);
  });
});

describe('a plain WebSocket client', () => {
  test('joins, leaves and pings with messages that all have one shape', async () => {
    await using rig = await startRig(testPrefix());
    using client = connectPlain(rig, bearer(rig));
    const { ear, say } = client;
    say({ action: 'ping' });
    await ear.hears('pong');
    say({ action: 'join', room: 'library' });
    const ack = await ear.hears('ack');
    expect(ack).toMatchObject({ room: 'library', data: { action: 'join', ok: true, room: 'library' } });
    await ear.hears('snapshot');
    await rig.durable(...libraryChange('one'));
    expect((await ear.hears('library_changed')).data).toMatchObject({ title: 'one' });
    say({ action: 'leave', room: 'library' });
    await ear.hears('ack', (message) => (message.data as { action: string }).action === 'leave');
    expect(ear.heard.every((message) => Message.safeParse(message).success)).toBe(true);
  });

  test('is told what it did wrong, and goes on', async () => {
    await using rig = await startRig(testPrefix());
    using client = connectPlain(rig, bearer(rig));
    const { ear, say } = client;
    for (const wrong of ['not JSON', '[]', '7', '{"action":"dance"}', '{"__proto__":{"action":"ping"}}']) say(wrong);
    say({ action: 'join', room: 'nowhere' });
    await ear.hears('ack', (message) => !(message.data as { ok: boolean }).ok);
    expect(ear.of('error').map((message) => (message.data as { code: string }).code)).toEqual(
      Array(5).fill('INVALID_REQUEST'),
    );
    expect(ear.of('ack')[0]?.data).toMatchObject({ action: 'join', error: expect.any(String) });
    say({ action: 'ping' });
    await ear.hears('pong');
  });

  test('that floods, with messages or with pings of the protocol, is cut', async () => {
    await using rig = await startRig(testPrefix());
    using talker = connectPlain(rig, bearer(rig));
    using pinger = connectPlain(rig, bearer(rig));
    await Promise.all([talker.ear.hears('connected'), pinger.ear.hears('connected')]);
    for (let n = 0; n < 200; n += 1) {
      talker.ws.send('{"action":"ping"}');
      pinger.ws.ping();
    }
    expect(await codeOf(talker)).toEqual(['TOO_MANY_REQUESTS', [1008, 'TOO_MANY_REQUESTS']]);
    // Here the protocol's library may be quicker, which says nothing.
    await pinger.closed;
  });

  test('that sends something too large hears the protocol’s own code for it', async () => {
    await using rig = await startRig(testPrefix());
    using client = connectPlain(rig, bearer(rig));
    await client.ear.hears('connected');
    client.say('x'.repeat(17_000));
    expect((await client.closed)[0]).toBe(1009);
  });

  test('that stops reading is dropped', async () => {
    await using rig = await startRig(testPrefix());
    using slow = connectPlain(rig, bearer(rig));
    slow.say({ action: 'join', room: 'library' });
    await slow.ear.hears('ack');
    slow.ws.pause();
    const { rooms } = await rig.bus.call(realtime.status, {});
    expect(rooms).toEqual({ library: 1 });
    for (let n = 1; n <= 20; n += 1) await rig.durable(...libraryChange('x'.repeat(900_000)));
    await until(async () => (await rig.bus.call(realtime.status, {})).clients === 0);
  });

  test('hears that the server goes away', async () => {
    await using rig = await startRig(testPrefix());
    const second = await rig.replica();
    using client = connectPlain({ ...rig, notifier: second }, bearer(rig));
    await client.ear.hears('connected');
    await second[Symbol.asyncDispose]();
    expect((await client.closed)[0]).toBe(1001);
  });
});

describe('other requests', () => {
  const raw = async (port: number, target: string) => {
    const socket = connectTcp(port, '127.0.0.1');
    await once(socket, 'connect');
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    socket.on('error', () => undefined);
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13';
    socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n\r\n`);
    await once(socket, 'close');
    return text;
  };

  test('for an upgrade at another address are closed, however the address looks', async () => {
    await using rig = await startRig(testPrefix());
    for (const target of [
      '/',
      '//',
      '/ws/connect/more',
      '/socket.iox',
      'http://[',
      '*',
      '/%',
      '/ws/connectx?/ws/connect',
    ]) {
      expect(await raw(rig.notifier.address.port, target)).not.toContain('101');
    }
    using client = connectPlain(rig, bearer(rig));
    await client.ear.hears('connected');
  });

  test('for a page get a problem document', async () => {
    await using rig = await startRig(testPrefix());
    const response = await fetch(`${rig.notifier.address.url}/ws/connect`);
    expect([response.status, await response.json()]).toEqual([
      404,
      expect.objectContaining({ code: 'ROUTE_NOT_FOUND' }),
    ]);
  });
});
