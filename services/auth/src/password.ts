import { slots } from '@aniworld/chassis';
import { fail } from '@aniworld/contracts';
import argon2 from 'argon2';

/** The least that OWASP's Password Storage Cheat Sheet allows for argon2id: 19 MiB, two passes, one lane. */
const COST = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Each takes a core and 19 MiB for some 30 ms, so that a flood of logins can't take the machine. */
const AT_ONCE = 2;
/** What two lanes work off well within a caller's five seconds; whoever comes then is turned away at once. */
const WAITING = 32;

/** Hashes and verifies passwords, a few at once. */
export interface Hasher {
  /** @throws TOO_MANY_REQUESTS when too many wait, TIMEOUT when the caller has gone before its turn. */
  hash(password: string, signal: AbortSignal): Promise<string>;
  /** @throws as `hash`. */
  verify(hash: string, password: string, signal: AbortSignal): Promise<boolean>;
}

/** Creates the hasher of a process. */
export function createHasher(): Hasher {
  const lanes = slots(AT_ONCE);
  const inTurn = async <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    if (lanes.waiting >= WAITING) throw fail('TOO_MANY_REQUESTS', { retry_after: 2 });
    const release = await lanes.take();
    try {
      if (signal.aborted) throw fail('TIMEOUT', { cause: signal.reason });
      return await work();
    } finally {
      release();
    }
  };
  return {
    hash: (password, signal) => inTurn(() => argon2.hash(canonical(password), COST), signal),
    verify: (hash, password, signal) => inTurn(() => argon2.verify(hash, canonical(password)), signal),
  };
}

// The same letters typed on another system may arrive composed differently (NIST SP 800-63B, section 5.1.1.2).
const canonical = (password: string) => password.normalize('NFKC');
