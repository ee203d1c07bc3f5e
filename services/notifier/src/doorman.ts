import type { Caller, Verifier } from '@aniworld/chassis';
import { fail } from '@aniworld/contracts';
import type { IncomingMessage } from 'node:http';
import type { Client } from './client.ts';
import type { Rooms } from './rooms.ts';

/** Who may come in, and until when. */
export interface Doorman extends Disposable {
  /** @throws UNAUTHENTICATED and its kind, CROSS_SITE */
  admit(request: IncomingMessage, token: unknown): Caller;
}

/** Cuts the sockets of a session at the moment it is ended, and of a token that has run out within a second. */
export function createDoorman(verifier: Verifier, rooms: Rooms): Doorman {
  const cutWhere = (fits: (client: Client) => boolean, code: 'SESSION_REVOKED' | 'TOKEN_EXPIRED') => {
    for (const client of [...rooms.clients]) if (fits(client)) client.cut(code);
  };
  const revoked = verifier.onRevoked((session) =>
    cutWhere((client) => client.caller.session_id === session, 'SESSION_REVOKED'),
  );
  const expiry = setInterval(
    () => cutWhere((client) => client.caller.expires_at <= Date.now(), 'TOKEN_EXPIRED'),
    1_000,
  );
  return {
    admit(request, token) {
      if (!sameOrigin(request)) throw fail('CROSS_SITE');
      if (typeof token !== 'string' || token === '') throw fail('UNAUTHENTICATED');
      return verifier.verify(token);
    },
    [Symbol.dispose]() {
      revoked[Symbol.dispose]();
      clearInterval(expiry);
    },
  };
}

/** Browsers send Origin with every WebSocket; programs send none. A page of another host must not ride on ours. */
function sameOrigin({ headers }: IncomingMessage): boolean {
  if (!headers.origin) return true;
  if (!URL.canParse(headers.origin)) return false;
  const { host } = new URL(headers.origin);
  const forwarded = headers['x-forwarded-host'];
  return host === headers.host || host === (Array.isArray(forwarded) ? forwarded[0] : forwarded);
}
