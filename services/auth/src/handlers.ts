import { type Ctx, emit, type Log } from '@aniworld/chassis';
import { auth, fail, type Handlers, type Request } from '@aniworld/contracts';
import type { Kysely } from 'kysely';
import type { Hasher } from './password.ts';
import type { DB } from './schema.gen.ts';
import { openSession } from './session.ts';
import type { SigningKey } from './signing-key.ts';
import {
  countFailure,
  findPasswordHash,
  forgetFailures,
  insertPassword,
  listPublicKeys,
  listRevoked,
  revokeSession,
} from './store.ts';
import { waitAfter } from './throttle.ts';

export interface AuthDeps {
  db: Kysely<DB>;
  key: SigningKey;
  hasher: Hasher;
  /** Called after a commit that has an event in it. */
  wakeRelay: () => void;
}

/** The operations of the group `auth`. */
export function authHandlers(deps: AuthDeps): Handlers<typeof auth, Ctx> {
  return {
    setup: (input, ctx) => setup(deps, input, ctx),
    login: (input, ctx) => login(deps, input, ctx),
    logout: (_, ctx) => logout(deps, ctx),
    status: (_, ctx) => status(deps, ctx),
    keyset: () => keyset(deps),
  };
}

async function setup({ db, key, hasher }: AuthDeps, { password }: Request<typeof auth.setup>, { signal }: Ctx) {
  // Asked before the costly hash, and again by the insert, which decides. Whether the set-up was done is public anyway.
  if (await findPasswordHash(db)) throw fail('ALREADY_SET_UP');
  const hash = await hasher.hash(password, signal);
  return db.transaction().execute(async (tx) => {
    if (!(await insertPassword(tx, hash))) throw fail('ALREADY_SET_UP');
    return openSession(tx, key);
  });
}

async function login({ db, key, hasher }: AuthDeps, { password }: Request<typeof auth.login>, ctx: Ctx) {
  const hash = await findPasswordHash(db);
  if (!hash) throw fail('NOT_SET_UP');
  if (!(await hasher.verify(hash, password, ctx.signal))) throw await refuse(db, ctx.log);
  return db.transaction().execute(async (tx) => {
    await forgetFailures(tx);
    return openSession(tx, key);
  });
}

async function refuse(db: Kysely<DB>, log: Log) {
  const fails = await countFailure(db);
  const wait = waitAfter(fails);
  if (wait === 0) return fail('INVALID_CREDENTIALS');
  // Ever fewer lines, so that a flood of guesses is seen and doesn't fill the log.
  if ((fails & (fails - 1)) === 0) log.warn({ fails }, 'many logins in a row have failed');
  return fail('TOO_MANY_REQUESTS', {
    detail: `The password is wrong, and so were many before it. Try again in ${wait} s.`,
    retry_after: wait,
  });
}

async function logout({ db, wakeRelay }: AuthDeps, { caller }: Ctx) {
  if (!caller) throw fail('UNAUTHENTICATED');
  const session_id = caller.session_id;
  const expires_at = new Date(caller.expires_at).toISOString();
  await db.transaction().execute(async (tx) => {
    await revokeSession(tx, { id: session_id, expires_at });
    await emit(tx, auth.sessionRevoked, { session_id, expires_at });
  });
  wakeRelay();
  return {};
}

async function status({ db }: AuthDeps, { caller }: Ctx) {
  return {
    set_up: (await findPasswordHash(db)) !== undefined,
    authenticated: caller !== null,
    session_id: caller?.session_id ?? null,
    expires_at: caller ? new Date(caller.expires_at).toISOString() : null,
  };
}

async function keyset({ db }: AuthDeps) {
  const [keys, revoked] = [await listPublicKeys(db), await listRevoked(db)];
  return { keys, revoked, time: new Date().toISOString() };
}
