import { auth, type Message, realtime } from '@aniworld/contracts';
import { testPrefix } from '@aniworld/testing';
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { connect, libraryChange, type Rig, refusalOf, startRig, tokenOf, until } from './notifier.fixture.ts';

const titles = (messages: Message[]) => messages.map((message) => (message.data as { title: string }).title);

describe('the door', () => {
  test('lets a good token in and says who it is', async () => {
    await using rig = await startRig(testPrefix());
    using client = connect(rig);
    const { data, room, epoch, seq } = await client.ear.hears('connected');
    expect(data).toMatchObject({ session_id: rig.session, client_id: client.socket.id });
    expect([room, epoch.length, seq]).toEqual([null, 12, 0]);
  });

  test('refuses everybody else, saying why', async () => {
    await using rig = await startRig(testPrefix());
    const codeOf = async (options: object) => {
      using client = connect(rig, options);
      return (await refusalOf(client)).code;
    };
    expect(await codeOf({ auth: {} })).toBe('UNAUTHENTICATED');
    expect(await codeOf({ auth: { token: { toString: 1 } } })).toBe('UNAUTHENTICATED');
    expect(await codeOf({ auth: { token: `${rig.token}x` } })).toBe('UNAUTHENTICATED');
    expect(await codeOf({ auth: {}, query: { token: rig.token } })).toBe('UNAUTHENTICATED');
    expect(await codeOf({ auth: { token: tokenOf('s', -1) } })).toBe('TOKEN_EXPIRED');
    expect(await codeOf({ extraHeaders: { origin: 'https://evil.example' } })).toBe('CROSS_SITE');
    expect(await codeOf({ transports: ['polling'], extraHeaders: { origin: 'https://evil.example' } })).toBe(
      'CROSS_SITE',
    );
    expect(await codeOf({ transports: ['polling'], auth: {} })).toBe('UNAUTHENTICATED');
  });

  test('lets the page of the same host in, over long polling too', async () => {
    await using rig = await startRig(testPrefix());
    const origin = rig.notifier.address.url;
    using client = connect(rig, { transports: ['polling'], extraHeaders: { origin } });
    await client.ear.hears('connected');
    expect(await client.ask('join', { room: 'library' })).toEqual({ ok: true, room: 'library' });
    await rig.durable(...libraryChange('over polling'));
    await client.ear.hears('library_changed');
  });
});

describe('a session that ends', () => {
  const revoke = ({ bus, session }: Rig) => {
    const expires_at = new Date(Date.now() + 60_000).toISOString();
    return bus.js.publish(bus.subject(auth.sessionRevoked), JSON.stringify({ session_id: session, expires_at }));
  };

  test('is cut within a second, hears why, and is not let in again; others stay', async () => {
    await using rig = await startRig(testPrefix());
    using client = connect(rig);
    using other = connect(rig, { auth: { token: tokenOf(randomUUID()) } });
    await Promise.all([client.ear.hears('connected'), other.ear.hears('connected')]);
    const gone = new Promise((resolve) => client.socket.once('disconnect', resolve));
    const begun = performance.now();
    await revoke(rig);
    expect((await client.ear.hears('error')).data).toMatchObject({ code: 'SESSION_REVOKED' });
    await gone;
    expect(performance.now() - begun).toBeLessThan(1_000);
    using again = connect(rig);
    expect((await refusalOf(again)).code).toBe('SESSION_REVOKED');
    expect(await other.ask('ping')).toEqual({ ok: true });
  });

  test('because its time is over is cut then', async () => {
    await using rig = await startRig(testPrefix());
    using client = connect(rig, { auth: { token: tokenOf('short', 2) } });
    await client.ear.hears('connected');
    expect((await client.ear.hears('error')).data).toMatchObject({ code: 'TOKEN_EXPIRED' });
    await until(() => !client.socket.connected);
  });
});

describe('a client', () => {
  test('joins, leaves and pings, each acknowledged, and gets a room’s messages while it is in it', async () => {
    await using rig = await startRig(testPrefix());
    using client = connect(rig);
    expect(await client.ask('ping')).toEqual({ ok: true });
    await client.ear.hears('pong');
    expect(await client.ask('join', { room: 'library' })).toEqual({ ok: true, room: 'library' });
    await rig.durable(...libraryChange('one'));
    await client.ear.hears('library_changed');
    expect(await client.ask('leave', { room: 'library' })).toEqual({ ok: true, room: 'library' });
    await rig.durable(...libraryChange('two'));
    using witness = connect(rig);
    await witness.ask('join', { room: 'library', epoch: client.ear.heard[0]?.epoch, seq: 1 });
    await witness.ear.hears('library_changed');
    expect(titles(client.ear.of('library_changed'))).toEqual(['one']);
  });

  test('is told which room there is not', async () => {
    await using rig = await startRig(testPrefix());
    using client = connect(rig);
    for (const room of ['nowhere', 'item:1', '', 'x'.repeat(5_000), 7, undefined]) {
      expect(await client.ask('join', { room })).toMatchObject({ ok: false, error: expect.any(String) });
    }
    expect(await client.ask('leave', null)).toMatchObject({ ok: false });
    expect(await client.ask('join', { room: 'queue', seq: -1 })).toMatchObject({ ok: false });
    client.socket.emit('join');
    client.socket.emit('ping', 1, 2, 3);
    expect(await client.ask('join', { room: 'queue' })).toMatchObject({ ok: true });
  });

  test('that floods is told so and cut', async () => {
    await using rig = await startRig(testPrefix());
    using client = connect(rig);
    await client.ear.hears('connected');
    for (let n = 0; n < 300; n += 1) client.socket.emit('join', { room: 'nowhere' });
    expect((await client.ear.hears('error')).data).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    await until(() => !client.socket.connected);
  });

  test('that sends something too large is cut', async () => {
    await using rig = await startRig(testPrefix());
    using client = connect(rig);
    await client.ear.hears('connected');
    const gone = new Promise((resolve) => client.socket.once('disconnect', resolve));
    client.socket.emit('join', { room: 'x'.repeat(20_000) });
    expect(await gone).toMatch(/^transport (close|error)$/);
  });

  test('is not troubled by a notifier that stops: it takes it for a lost link and comes back', async () => {
    await using rig = await startRig(testPrefix());
    const second = await rig.replica();
    using client = connect({ ...rig, notifier: second }, { reconnection: true, reconnectionDelay: 50 });
    await client.ear.hears('connected');
    const reason = new Promise((resolve) => client.socket.once('disconnect', resolve));
    await second[Symbol.asyncDispose]();
    expect(await reason).toBe('transport close');
    expect(client.socket.active).toBe(true);
  });
});

describe('a client that stops reading', () => {
  /** Reads nothing from the network any more. */
  const deafen = (client: ReturnType<typeof connect>) =>
    (client.socket.io.engine.transport as unknown as { ws: { pause(): void } }).ws.pause();

  test('is dropped while the others get everything, and then knows where to go on', async () => {
    await using rig = await startRig(testPrefix());
    using slow = connect(rig);
    using quick = connect(rig);
    await Promise.all([slow.ask('join', { room: 'library' }), quick.ask('join', { room: 'library' })]);
    await rig.durable(...libraryChange('first'));
    await slow.ear.hears('library_changed');
    deafen(slow);
    const big = 'x'.repeat(900_000);
    for (let n = 1; n <= 20; n += 1) await rig.durable(...libraryChange(`${n} ${big}`));
    await quick.ear.hears('library_changed', (message) => titles([message])[0]?.startsWith('20 ') ?? false);
    expect(quick.ear.of('library_changed')).toHaveLength(21);
    await until(async () => (await rig.bus.call(realtime.status, {})).clients === 1);
    expect(await rig.bus.call(realtime.status, {})).toEqual({ clients: 1, rooms: { library: 1 } });

    const { epoch, seq } = slow.ear.of('library_changed').at(-1)!;
    using back = connect(rig);
    await back.ask('join', { room: 'library', epoch, seq });
    // Eighteen megabytes are not sent again.
    await back.ear.hears('resync');
    await back.ear.hears('snapshot');
    expect(back.ear.of('library_changed')).toEqual([]);
  });
});
