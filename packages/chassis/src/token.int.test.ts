import { auth, type Keyset } from '@aniworld/contracts';
import { testPrefix } from '@aniworld/testing';
import jwt from 'jsonwebtoken';
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { silent, testBus, until } from './chassis.fixture.ts';
import { implement, serve } from './serve.ts';
import { createVerifier, TOKEN_AUDIENCE, TOKEN_ISSUER } from './token.ts';

const newKey = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid: randomUUID(), privateKey, public_key: publicKey.export({ type: 'spki', format: 'pem' }) as string };
};
type Key = ReturnType<typeof newKey>;

const SESSION = randomUUID();
const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600;

const signing = ({ kid }: { kid: string }): jwt.SignOptions => ({
  algorithm: 'ES256',
  keyid: kid,
  issuer: TOKEN_ISSUER,
  audience: TOKEN_AUDIENCE,
});

/** A token that is good but for what the test changes. */
function sign({ kid, privateKey }: Key, claims: object = {}, options: jwt.SignOptions = {}): string {
  return jwt.sign({ sid: SESSION, scope: 'admin', exp: inAnHour(), ...claims }, privateKey, {
    ...signing({ kid }),
    ...options,
  });
}

const encode = (part: unknown) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

/** Auth's part of the bargain: it answers `auth.keyset` with what the test says, and the verifier knows the keys. */
async function openRig() {
  await using opened = new AsyncDisposableStack();
  const bus = opened.use(await testBus(testPrefix()));
  const key = newKey();
  const keyset: Keyset = { keys: [key], revoked: [] };
  const state = { asked: 0 };
  const group = { keyset: auth.keyset };
  const answer = () => {
    state.asked += 1;
    return keyset;
  };
  opened.use(
    await serve(bus, { service: 'auth', version: '0', log: silent, checks: {} }, implement(group, { keyset: answer })),
  );
  const verifier = opened.use(createVerifier(bus, silent));
  await until(() => {
    try {
      verifier.check();
      return true;
    } catch {
      return false;
    }
  });
  const kept = opened.move();
  return { bus, key, keyset, state, verifier, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

const codeOf = (verify: () => unknown) => {
  try {
    verify();
    return 'accepted';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};

test("a token ends by auth's clock, whatever our own says", async () => {
  await using rig = await openRig();
  rig.keyset.time = new Date(Date.now() + 7_200_000).toISOString();
  // A key that is not known makes the verifier ask again.
  codeOf(() => rig.verifier.verify(sign(newKey())));
  await until(() => codeOf(() => rig.verifier.verify(sign(rig.key))) === 'TOKEN_EXPIRED');
  expect(codeOf(() => rig.verifier.verify(sign(rig.key, { exp: inAnHour() + 7_200 })))).toBe('accepted');
});

test('a token that auth has signed names its session, its access and its end', async () => {
  await using rig = await openRig();
  const exp = inAnHour();
  expect(rig.verifier.verify(sign(rig.key, { exp, scope: 'read' }))).toEqual({
    session_id: SESSION,
    access: 'read',
    expires_at: exp * 1_000,
  });
});

describe('a token is refused', () => {
  test('when it is not signed with ES256 by a key of auth', async () => {
    await using rig = await openRig();
    const { key, verifier } = rig;
    const payload = { sid: SESSION, scope: 'admin', exp: inAnHour(), iss: TOKEN_ISSUER, aud: TOKEN_AUDIENCE };
    const [, body, signature] = sign(key).split('.');
    const hmac = (header: object) => {
      const text = `${encode(header)}.${encode(payload)}`;
      return `${text}.${createHmac('sha256', key.public_key).update(text).digest('base64url')}`;
    };
    const stranger = { ...newKey(), kid: key.kid };
    const tokens = {
      none: `${encode({ alg: 'none', typ: 'JWT', kid: key.kid })}.${encode(payload)}.`,
      None: `${encode({ alg: 'None', typ: 'JWT', kid: key.kid })}.${encode(payload)}.`,
      'none with a signature': `${encode({ alg: 'none', typ: 'JWT', kid: key.kid })}.${body}.${signature}`,
      'HS256 with the public key': hmac({ alg: 'HS256', typ: 'JWT', kid: key.kid }),
      'ES384 in the header': `${encode({ alg: 'ES384', typ: 'JWT', kid: key.kid })}.${body}.${signature}`,
      'another key': sign(stranger),
      'no key id': jwt.sign(payload, key.privateKey, { algorithm: 'ES256' }),
      'a key in the header': `${encode({ alg: 'ES256', typ: 'JWT', jwk: {}, kid: randomUUID() })}.${body}.${signature}`,
      'a key id that is no text': `${encode({ alg: 'ES256', typ: 'JWT', kid: { $ne: null } })}.${body}.${signature}`,
      'another body': sign(key).replace(/\.[^.]+\./, `.${encode({ ...payload, sid: 'other' })}.`),
      'cut off': sign(key).slice(0, -10),
      'a body that is not JSON': `${encode({ alg: 'ES256', typ: 'JWT', kid: key.kid })}.${encode('not JSON')}.${signature}`,
      nothing: '',
      'three dots': '...',
    };
    const codes = Object.entries(tokens).map(([name, token]) => [name, codeOf(() => verifier.verify(token))]);
    expect(codes).toEqual(Object.keys(tokens).map((name) => [name, 'UNAUTHENTICATED']));
  });

  test('when it is for another audience or issuer, has no session, no scope or no end, or is not valid yet', async () => {
    await using rig = await openRig();
    const { key, verifier } = rig;
    const tokens = [
      sign(key, {}, { audience: 'other' }),
      sign(key, {}, { issuer: 'other' }),
      sign(key, { sid: undefined }),
      sign(key, { sid: '' }),
      sign(key, { scope: 'root' }),
      sign(key, { scope: undefined }),
      jwt.sign({ sid: SESSION, scope: 'admin' }, key.privateKey, signing(key)),
      sign(key, { nbf: inAnHour() }),
    ];
    for (const token of tokens) expect(codeOf(() => verifier.verify(token))).toBe('UNAUTHENTICATED');
    expect(codeOf(() => verifier.verify(sign(key, { exp: Math.floor(Date.now() / 1_000) - 1 })))).toBe('TOKEN_EXPIRED');
  });

  test('as soon as its session is ended, and who listens hears of it once', async () => {
    await using rig = await openRig();
    const { bus, key, verifier } = rig;
    const token = sign(key);
    const ended: string[] = [];
    using _listener = verifier.onRevoked((session) => void ended.push(session));
    const revocation = { session_id: SESSION, expires_at: new Date(Date.now() + 60_000).toISOString() };
    const publish = () => bus.connection.publish(bus.subject(auth.sessionRevoked), JSON.stringify(revocation));
    expect(codeOf(() => verifier.verify(token))).toBe('accepted');
    bus.connection.publish(bus.subject(auth.sessionRevoked), '{"session_id":"nonsense"}');
    publish();
    publish();
    await until(() => codeOf(() => verifier.verify(token)) === 'SESSION_REVOKED');
    await bus.connection.flush();
    expect(ended).toEqual([SESSION]);
  });
});

test('no token is judged before the keys are known, and they are known soon after auth is there', async () => {
  await using bus = await testBus(testPrefix());
  await using verifier = createVerifier(bus, silent);
  const key = newKey();
  expect(codeOf(() => verifier.verify(sign(key)))).toBe('UNAVAILABLE');
  expect(() => verifier.check()).toThrow();
  // Auth is a little late, as when all services start at once: that must not cost half a minute.
  await until(() =>
    bus.call(auth.keyset, {}).then(
      () => true,
      (error) => error.code === 'UNAVAILABLE',
    ),
  );
  const keyset = () => ({ keys: [key], revoked: [] });
  await using _auth = await serve(
    bus,
    { service: 'auth', version: '0', log: silent, checks: {} },
    implement({ keyset: auth.keyset }, { keyset }),
  );
  const begun = performance.now();
  await until(() => codeOf(() => verifier.verify(sign(key))) === 'accepted');
  expect(performance.now() - begun).toBeLessThan(5_000);
});

test('a new key is learned from the first token that it signed, and a retired one is refused', async () => {
  await using rig = await openRig();
  const { keyset, verifier } = rig;
  const old = sign(rig.key);
  const next = newKey();
  keyset.keys = [next];
  expect(codeOf(() => verifier.verify(sign(next)))).toBe('UNAUTHENTICATED');
  await until(() => codeOf(() => verifier.verify(sign(next))) === 'accepted');
  expect(codeOf(() => verifier.verify(old))).toBe('UNAUTHENTICATED');
});

test('tokens with invented keys ask auth at most once a second', async () => {
  await using rig = await openRig();
  const before = rig.state.asked;
  for (let round = 0; round < 20; round += 1) {
    for (let token = 0; token < 50; token += 1) codeOf(() => rig.verifier.verify(sign(newKey())));
    await rig.bus.connection.flush();
  }
  expect(rig.state.asked - before).toBeLessThanOrEqual(3);
});

test('sessions that were ended while nobody could say so are known from the list', async () => {
  await using rig = await openRig();
  const { keyset, verifier } = rig;
  const gone = randomUUID();
  const token = sign(rig.key, { sid: gone });
  keyset.revoked = [{ session_id: gone, expires_at: new Date(Date.now() + 60_000).toISOString() }];
  expect(codeOf(() => verifier.verify(token))).toBe('accepted');
  // Any unknown key makes it read the list again.
  codeOf(() => verifier.verify(sign(newKey())));
  await until(() => codeOf(() => verifier.verify(token)) === 'SESSION_REVOKED');
});
