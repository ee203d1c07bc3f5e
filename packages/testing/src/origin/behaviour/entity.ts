import type { Behaviour, Entity } from '../reply.ts';
import type { Seed } from '../seeded.ts';

/** What a file is known by: a strong tag and a date, a weak tag alone, a date alone, or nothing. */
export type Validators = 'strong' | 'weak' | 'date' | 'none';

/**
 * What a file turns into. `validators` is what the change can be told by; `stale` is the worst: everything it is known by stays
 * the same. Without a `size` the length stays the same.
 */
export type EntityChange = { seed: Seed; size?: number; validators: Validators | 'stale' };

/** Serves the file with these validators only. */
export function validators(kept: Validators): Behaviour {
  return (exchange, next) => next({ ...exchange, entity: keep(exchange.entity, kept) });
}

/** The file is replaced by another after `count` requests; before and after it has the same kind of validators. */
export function changesAfter(count: number, change: EntityChange): Behaviour {
  return (exchange, next) => {
    const kind = change.validators === 'stale' ? 'strong' : change.validators;
    const before = exchange.entity;
    const after = change.validators === 'stale' ? disguised(before, change) : replaced(before, change);
    return next({ ...exchange, entity: keep(exchange.request.nth <= count ? before : after, kind) });
  };
}

function keep(entity: Entity, kept: Validators): Entity {
  const { etag, lastModified, ...bare } = entity;
  if (kept === 'strong') return entity;
  if (kept === 'weak') return { ...bare, etag: `W/${etag}` };
  return kept === 'date' ? { ...bare, lastModified } : bare;
}

function disguised(before: Entity, { seed, size = before.size }: EntityChange): Entity {
  return { ...before, seed, size };
}

/** The new file was written one day after the old one. */
function replaced(before: Entity, { seed, size = before.size }: EntityChange): Entity {
  const modified = new Date(Date.parse(before.lastModified ?? '') + 86_400_000).toUTCString();
  return { ...before, seed, size, etag: `"changed-${seed}-${size}"`, lastModified: modified };
}
