import { z } from 'zod';
import { event, rpc } from './define.ts';
import { Empty, Id, Timestamp } from './shared.ts';

/** Long enough to resist guessing, short enough that hashing it can't be used as an attack. */
export const Password = z.string().min(8).max(256).meta({ description: 'Master password, 8 to 256 characters' });

export const Session = z
  .object({
    token: z.string().meta({ description: 'Bearer token (JWT, ES256)' }),
    session_id: Id,
    expires_at: Timestamp,
  })
  .meta({ id: 'Session' });
export type Session = z.output<typeof Session>;

export const AuthStatus = z
  .object({
    set_up: z.boolean(),
    authenticated: z.boolean(),
    session_id: Id.nullable(),
    expires_at: Timestamp.nullable(),
  })
  .meta({ id: 'AuthStatus' });

export const Revocation = z.object({
  session_id: Id,
  expires_at: Timestamp.meta({ description: 'After this the token is refused anyway and the entry can be forgotten' }),
});

export const Keyset = z.object({
  keys: z.array(z.object({ kid: z.string(), public_key: z.string().meta({ description: 'PEM, P-256' }) })),
  revoked: z.array(Revocation),
  time: Timestamp.optional().meta({
    description: 'When this was said, by the clock that tokens are issued by; those who verify them may have another',
  }),
});
export type Keyset = z.output<typeof Keyset>;

export const auth = {
  setup: rpc('auth.setup', {
    summary: 'Choose the master password, once',
    http: { method: 'post', path: '/auth/setup', status: 201, access: 'public' },
    request: z.object({ password: Password }),
    reply: Session,
    errors: ['ALREADY_SET_UP'],
  }),
  login: rpc('auth.login', {
    summary: 'Open a session',
    http: { method: 'post', path: '/auth/login', access: 'public' },
    request: z.object({ password: z.string().max(256) }),
    reply: Session,
    errors: ['INVALID_CREDENTIALS', 'NOT_SET_UP', 'TOO_MANY_REQUESTS'],
  }),
  logout: rpc('auth.logout', {
    summary: 'End the session of the token that is sent; it is refused everywhere within a second',
    http: { method: 'post', path: '/auth/logout', status: 204, access: 'read' },
    request: Empty,
    reply: Empty,
  }),
  status: rpc('auth.status', {
    summary: 'Whether the set-up was done and whether the token that is sent is good',
    http: { method: 'get', path: '/auth/status', access: 'public' },
    request: Empty,
    reply: AuthStatus,
  }),
  keyset: rpc('auth.keyset', {
    summary: 'Public keys and ended sessions, for the services that verify tokens by themselves',
    request: Empty,
    reply: Keyset,
  }),
  sessionRevoked: event('auth.session_revoked', {
    summary: 'A session was ended before its token expired',
    delivery: 'durable',
    data: Revocation,
  }),
};
