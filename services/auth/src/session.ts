import { randomUUID } from 'node:crypto';
import { type Db, TOKEN_AUDIENCE, TOKEN_ISSUER } from '@aniworld/chassis';
import type { Session } from '@aniworld/contracts';
import jwt from 'jsonwebtoken';
import type { DB } from './schema.gen.ts';
import type { SigningKey } from './signing-key.ts';
import { insertSession } from './store.ts';

/** How long a browser stays logged in. */
const LIFETIME_SECONDS = 30 * 24 * 3_600;

/** Opens a session and signs its token (RFC 7519; ES256). The row is what a later revocation refers to. */
export async function openSession(db: Db<DB>, { kid, privateKey }: SigningKey): Promise<Session> {
  const session_id = randomUUID();
  const exp = Math.floor(Date.now() / 1_000) + LIFETIME_SECONDS;
  const expires_at = new Date(exp * 1_000).toISOString();
  await insertSession(db, { id: session_id, expires_at });
  const token = jwt.sign({ sid: session_id, scope: 'admin', exp }, privateKey, {
    algorithm: 'ES256',
    keyid: kid,
    issuer: TOKEN_ISSUER,
    audience: TOKEN_AUDIENCE,
  });
  return { token, session_id, expires_at };
}
