import { auth, fail, type Keyset } from '@aniworld/contracts';
import jwt from 'jsonwebtoken';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Bus } from './bus.ts';
import type { Log } from './log.ts';
import { loop } from './loop.ts';
import type { Caller } from './wire.ts';

/** Who issues tokens, and for whom; a token for anything else is refused. */
export const TOKEN_ISSUER = 'aniworld';
export const TOKEN_AUDIENCE = 'aniworld';

/** Verifies tokens with the public keys, asking nobody. */
export interface Verifier extends AsyncDisposable {
  /** @throws UNAUTHENTICATED, TOKEN_EXPIRED, SESSION_REVOKED; UNAVAILABLE while no key is known yet. */
  verify(token: string): Caller;
  /** The time by which tokens end: auth's, in milliseconds since 1970. This machine's own clock may be off. */
  now(): number;
  /** Called once for each session that is ended, so that its sockets can be closed. */
  onRevoked(handle: (sessionId: string) => void): Disposable;
  /** The readiness check. */
  check(): void;
}

/**
 * Reads keys and ended sessions from auth, follows the revocations as they happen, and reads all of it again after each
 * reconnect and every 30 s, because an event that was sent while the link was down is missed.
 */
export function createVerifier(bus: Bus, log: Log): Verifier {
  const state: State = { keys: new Map(), revoked: new Map(), listeners: new Set(), askedAt: 0, aheadMs: 0 };
  const now = () => Date.now() + state.aheadMs;
  const revoke = (entry: Keyset['revoked'][number]) => {
    if (state.revoked.has(entry.session_id)) return;
    state.revoked.set(entry.session_id, Date.parse(entry.expires_at));
    for (const listener of state.listeners) listener(entry.session_id);
  };
  const refresh = loop({
    name: 'keyset',
    everyMs: 30_000,
    log,
    async run(signal) {
      const keyset = await bus.call(auth.keyset, {}, { signal });
      // As late as the reply was under way: milliseconds, and seconds at most.
      if (keyset.time) state.aheadMs = Date.parse(keyset.time) - Date.now();
      state.keys = new Map(keyset.keys.map((key) => [key.kid, createPublicKey(key.public_key)]));
      for (const entry of keyset.revoked) revoke(entry);
      for (const [id, until] of state.revoked) if (until < now()) state.revoked.delete(id);
    },
  });
  const subscription = bus.listen(auth.sessionRevoked, revoke);
  const reconnected = bus.onReconnect(() => refresh.wake());
  return {
    verify: (token) => verify(token, state, now(), () => refresh.wake()),
    now,
    onRevoked(handle) {
      state.listeners.add(handle);
      return { [Symbol.dispose]: () => void state.listeners.delete(handle) };
    },
    check() {
      if (state.keys.size === 0) throw new Error('the signing keys are not known yet');
    },
    async [Symbol.asyncDispose]() {
      reconnected[Symbol.dispose]();
      await subscription[Symbol.asyncDispose]();
      await refresh[Symbol.asyncDispose]();
    },
  };
}

interface State {
  keys: Map<string, KeyObject>;
  /** Session id to the time after which its token has expired anyway. */
  revoked: Map<string, number>;
  listeners: Set<(sessionId: string) => void>;
  /** When a token with an unknown key last made us read the keys again; milliseconds since 1970. */
  askedAt: number;
  /** By so much auth's clock is ahead of ours. */
  aheadMs: number;
}

const Claims = z.object({
  sid: z.string().min(1),
  scope: z.enum(['read', 'write', 'admin']),
  // A token without an end would be valid for ever; ours always have one.
  exp: z.number(),
});
type Claims = z.output<typeof Claims>;

/** Tokens with invented key ids must not make us ask auth without end. */
const ASK_AGAIN_MS = 1_000;

function verify(token: string, state: State, now: number, refresh: () => void): Caller {
  if (state.keys.size === 0) throw fail('UNAVAILABLE', { retry_after: 1 });
  const kid = keyIdOf(token);
  const key = kid === undefined ? undefined : state.keys.get(kid);
  if (!key) {
    if (kid && Date.now() - state.askedAt > ASK_AGAIN_MS) {
      // Perhaps a key that was made a moment ago.
      state.askedAt = Date.now();
      refresh();
    }
    throw fail('UNAUTHENTICATED');
  }
  const claims = claimsOf(token, key, now);
  if (state.revoked.has(claims.sid)) throw fail('SESSION_REVOKED');
  return { session_id: claims.sid, access: claims.scope, expires_at: claims.exp * 1_000 };
}

function keyIdOf(token: string): string | undefined {
  try {
    return jwt.decode(token, { complete: true })?.header.kid;
  } catch {
    // A payload that isn't JSON makes it throw.
    return undefined;
  }
}

function claimsOf(token: string, key: KeyObject, now: number): Claims {
  const clockTimestamp = Math.floor(now / 1_000);
  try {
    return Claims.parse(
      jwt.verify(token, key, { algorithms: ['ES256'], issuer: TOKEN_ISSUER, audience: TOKEN_AUDIENCE, clockTimestamp }),
    );
  } catch (cause) {
    throw fail(cause instanceof jwt.TokenExpiredError ? 'TOKEN_EXPIRED' : 'UNAUTHENTICATED', { cause });
  }
}
