import { type Bus, connectBus, createLog, createVerifier, newPassport } from '@aniworld/chassis';
import { auth, type Keyset } from '@aniworld/contracts';
import { testDatabase, testPrefix } from '@aniworld/testing';
import jwt from 'jsonwebtoken';
import { describe, expect, inject, it, vi } from 'vitest';
import { start } from './service.ts';

const log = createLog({ level: 'silent', service: 'auth', out: null });
const password = 'correct horse';

describe('set-up', () => {
  it('gives a session that a verifier accepts with full access', async () => {
    await using system = await startSystem();
    const session = await system.bus.call(auth.setup, { password });
    await using verifier = await readyVerifier(system.bus);
    expect(verifier.verify(session.token)).toEqual({
      session_id: session.session_id,
      access: 'admin',
      expires_at: Date.parse(session.expires_at),
    });
    const days = (Date.parse(session.expires_at) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
  });

  it('happens once, however many ask at the same moment of two replicas', async () => {
    await using system = await startSystem();
    await using _second = await system.startReplica();
    const tries = await Promise.allSettled(
      Array.from({ length: 12 }, (_, at) => system.bus.call(auth.setup, { password: `password ${at}` })),
    );
    const won = tries.flatMap((result, at) => (result.status === 'fulfilled' ? [at] : []));
    expect(won).toHaveLength(1);
    for (const result of tries) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'ALREADY_SET_UP' });
    }
    await expect(system.bus.call(auth.login, { password: `password ${won[0]}` })).resolves.toHaveProperty('token');
    await expect(system.bus.call(auth.setup, { password })).rejects.toMatchObject({ code: 'ALREADY_SET_UP' });
  });

  it('refuses a password that is too short or far too long', async () => {
    await using system = await startSystem();
    for (const wrong of ['short', 'x'.repeat(257)]) {
      await expect(system.bus.call(auth.setup, { password: wrong })).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
        details: { errors: [{ path: 'password' }] },
      });
    }
  });
});

describe('login', () => {
  it('says that there is no password before the set-up', async () => {
    await using system = await startSystem();
    await expect(system.bus.call(auth.login, { password })).rejects.toMatchObject({ code: 'NOT_SET_UP' });
  });

  it('opens a session of its own with the right password, however its letters are composed', async () => {
    await using system = await startSystem();
    const first = await system.bus.call(auth.setup, { password: 'pässword'.normalize('NFC') });
    const second = await system.bus.call(auth.login, { password: 'pässword'.normalize('NFD') });
    expect(second.session_id).not.toBe(first.session_id);
  });

  it('asks for a wait after ten wrong passwords and never refuses the right one', async () => {
    await using system = await startSystem();
    await system.bus.call(auth.setup, { password });
    const wrong = async () => {
      const error = await system.bus.call(auth.login, { password: 'wrong horse' }).catch((caught) => caught);
      return [error.code, error.details.retry_after];
    };
    for (let fails = 1; fails <= 10; fails += 1) expect(await wrong()).toEqual(['INVALID_CREDENTIALS', undefined]);
    expect(await wrong()).toEqual(['TOO_MANY_REQUESTS', 1]);
    expect(await wrong()).toEqual(['TOO_MANY_REQUESTS', 2]);
    await system.bus.call(auth.login, { password });
    expect(await wrong()).toEqual(['INVALID_CREDENTIALS', undefined]);
  });

  it('turns a flood away instead of queueing it, and goes on', async () => {
    await using system = await startSystem();
    await system.bus.call(auth.setup, { password });
    const flood = Array.from({ length: 60 }, () => system.bus.call(auth.login, { password }, { timeoutMs: 20_000 }));
    const codes = (await Promise.allSettled(flood)).map((result) =>
      result.status === 'fulfilled' ? 'OK' : result.reason.code,
    );
    expect(new Set(codes)).toEqual(new Set(['OK', 'TOO_MANY_REQUESTS']));
    await system.bus.call(auth.login, { password });
  });
});

describe('status', () => {
  it('tells whether the set-up was done and who asks', async () => {
    await using system = await startSystem();
    expect(await system.bus.call(auth.status, {})).toEqual({
      set_up: false,
      authenticated: false,
      session_id: null,
      expires_at: null,
    });
    const { token, session_id, expires_at } = await system.bus.call(auth.setup, { password });
    const passport = await system.passportOf(token);
    expect(await system.bus.call(auth.status, {}, { passport })).toEqual({
      set_up: true,
      authenticated: true,
      session_id,
      expires_at,
    });
  });
});

describe('logout', () => {
  it('is known to a verifier within a second, and to one that starts later', async () => {
    await using system = await startSystem();
    const { token, session_id } = await system.bus.call(auth.setup, { password });
    const other = await system.bus.call(auth.login, { password });
    const passport = await system.passportOf(token);
    await using verifier = await readyVerifier(system.bus);
    const told = new Promise<string>((resolve) => verifier.onRevoked(resolve));
    const began = performance.now();
    await system.bus.call(auth.logout, {}, { passport });
    expect(await told).toBe(session_id);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(() => verifier.verify(token)).toThrow(expect.objectContaining({ code: 'SESSION_REVOKED' }));
    expect(verifier.verify(other.token).session_id).toBe(other.session_id);
    await using late = await readyVerifier(system.bus);
    expect(() => late.verify(token)).toThrow(expect.objectContaining({ code: 'SESSION_REVOKED' }));
  });

  it('may be asked for twice, and not without a session', async () => {
    await using system = await startSystem();
    const { token, session_id } = await system.bus.call(auth.setup, { password });
    const passport = await system.passportOf(token);
    await system.bus.call(auth.logout, {}, { passport });
    await system.bus.call(auth.logout, {}, { passport });
    const { revoked } = await system.bus.call(auth.keyset, {});
    expect(revoked.map((entry) => entry.session_id)).toEqual([session_id]);
    await expect(system.bus.call(auth.logout, {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('also ends a session whose row an older copy of the database has not', async () => {
    await using system = await startSystem();
    const passport = await system.passportOf((await system.bus.call(auth.setup, { password })).token);
    const stranger = { ...passport.caller, session_id: crypto.randomUUID() };
    await system.bus.call(auth.logout, {}, { passport: { ...passport, caller: stranger } });
    const { revoked } = await system.bus.call(auth.keyset, {});
    expect(revoked).toMatchObject([{ session_id: stranger.session_id }]);
  });
});

describe('signing keys', () => {
  it('stay the same over a restart, so that tokens stay good', async () => {
    await using system = await startSystem();
    const { token } = await system.bus.call(auth.setup, { password });
    const before = await system.bus.call(auth.keyset, {});
    await system.restart();
    expect((await system.bus.call(auth.keyset, {})).keys).toEqual(before.keys);
    await using verifier = await readyVerifier(system.bus);
    expect(verifier.verify(token).access).toBe('admin');
  });

  it('are one between replicas that start at the same moment', async () => {
    await using database = await testDatabase();
    const config = configOf(database.url);
    const replicas = await Promise.all(Array.from({ length: 3 }, () => start(config, log)));
    await using stack = new AsyncDisposableStack();
    for (const replica of replicas) stack.use(replica);
    const bus = stack.use(await connectTest(config.NATS_PREFIX));
    expect((await bus.call(auth.keyset, {})).keys).toHaveLength(1);
  });

  it('are published without their private part', async () => {
    await using system = await startSystem();
    const keyset: Keyset = await system.bus.call(auth.keyset, {});
    expect(JSON.stringify(keyset)).not.toContain('PRIVATE');
    expect(keyset.keys[0]?.public_key).toContain('BEGIN PUBLIC KEY');
  });
});

it('is ready with its database and broker', async () => {
  await using system = await startSystem();
  const { token } = await system.bus.call(auth.setup, { password });
  expect(jwt.decode(token, { complete: true })?.header.alg).toBe('ES256');
  for (const check of Object.values(system.checks())) await check();
});

const configOf = (url: string) => ({
  DATABASE_URL: url,
  NATS_URL: inject('natsUrl'),
  NATS_PREFIX: testPrefix(),
  LOG_LEVEL: 'silent' as const,
});

const connectTest = (prefix: string) => connectBus({ url: inject('natsUrl'), prefix, name: 'test', log });

/** One auth service with a database and prefix of its own, and a connection to ask it through. */
async function startSystem() {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase());
  const config = configOf(database.url);
  let service = await start(config, log);
  stack.defer(() => service[Symbol.asyncDispose]());
  const bus = stack.use(await connectTest(config.NATS_PREFIX));
  const opened = stack.move();
  return {
    bus,
    checks: () => service.checks,
    startReplica: () => start(config, log),
    async restart() {
      await service[Symbol.asyncDispose]();
      service = await start(config, log);
    },
    async passportOf(token: string) {
      await using verifier = await readyVerifier(bus);
      return { ...newPassport(), caller: verifier.verify(token) };
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function readyVerifier(bus: Bus) {
  const verifier = createVerifier(bus, log);
  await vi.waitFor(() => verifier.check());
  return verifier;
}
