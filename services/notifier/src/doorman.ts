import type { Caller, Verifier } from '@aniworld/chassis';
import { AppError, type ErrorCode, fail } from '@aniworld/contracts';
import type { IncomingMessage } from 'node:http';
import type { Client } from './client.ts';
import type { Rooms } from './rooms.ts';

/** Who may come in, and until when. */
export interface Doorman extends Disposable {
  /** @throws UNAUTHENTICATED, TOKEN_EXPIRED, SESSION_REVOKED, CROSS_SITE; UNAVAILABLE while the keys are not known */
  admit(request: IncomingMessage, token: unknown): Caller;
}

/** Cuts the sockets of a session at the moment it is ended, and of a token that has run out within a second. */
export function createDoorman(verifier: Verifier, rooms: Rooms): Doorman {
  const cutWhere = (fits: (client: Client) => boolean, code: ErrorCode) => {
    for (const client of [...rooms.clients]) if (fits(client)) rooms.cut(client, code);
  };
  const revoked = verifier.onRevoked((session) =>
    cutWhere((client) => client.caller.session_id === session, 'SESSION_REVOKED'),
  );
  const expiry = setInterval(
    () => cutWhere((client) => client.caller.expires_at <= verifier.now(), 'TOKEN_EXPIRED'),
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

/** The catalogue's error for whatever went wrong at the door. */
export const refusalOf = (error: unknown) => (error instanceof AppError ? error : fail('INTERNAL', { cause: error }));

/** Browsers send Origin with every WebSocket; programs send none. A page of another host must not ride on ours. */
export function sameOrigin({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  if (headers.origin === undefined) return true;
  if (!URL.canParse(headers.origin)) return false;
  const { protocol, host } = new URL(headers.origin);
  const forwarded = String(headers['x-forwarded-host'] ?? '')
    .split(',')[0]
    ?.trim();
  // Through the same parser, which drops a port that is the protocol's own.
  const isHost = (name: string | undefined) =>
    !!name && URL.canParse(`${protocol}//${name}`) && new URL(`${protocol}//${name}`).host === host;
  return isHost(headers.host) || isHost(forwarded);
}
