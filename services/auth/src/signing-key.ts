import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { DB } from './schema.gen.ts';
import { findActiveKey, insertKey } from './store.ts';

/** The key that signs tokens; its id travels in each of them. */
export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
}

/** The installation's signing key, made at the first start. Replicas that start together get the same one. */
export async function loadSigningKey(db: Kysely<DB>): Promise<SigningKey> {
  if (!(await findActiveKey(db))) await insertKey(db, newKeyPair());
  const row = await findActiveKey(db);
  if (!row) throw new Error('The signing key was removed while it was being read');
  return { kid: row.kid, privateKey: createPrivateKey(row.private_pem) };
}

/** P-256, as ES256 asks for (RFC 7518, section 3.4). */
function newKeyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { kid: randomUUID(), private_pem: privateKey, public_pem: publicKey };
}
