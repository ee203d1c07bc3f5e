import type { Loop } from '@aniworld/chassis';
import { AppConfig } from '@aniworld/contracts';
import { createEgress } from '@aniworld/egress';

const nothing = () => Promise.resolve();

/** A relay that sends nothing, and any other loop that has nothing to do. */
export const idleLoop: Loop = { wake: () => undefined, [Symbol.asyncDispose]: nothing };

/**
 * What a worker of the queue takes besides its database and its slots, for those who measure the queue itself: nothing is
 * downloaded. The egress is the caller's to dispose of, after the worker.
 */
export function idleEquipment() {
  return {
    egress: createEgress({ allowPrivate: [] }),
    settings: { current: AppConfig.parse({}), known: Promise.resolve(), [Symbol.asyncDispose]: nothing },
    sidecars: { write: nothing },
    searchPath: '',
    tags: ['http'],
    leaseSeconds: 15,
    stallSeconds: 300,
  };
}

/** What such a worker completes an item with: a file that isn't there. */
export function absentFile({ id, lease_epoch }: { id: string; lease_epoch: number }) {
  const path = `/library/${id}.mp4`;
  return { v: 1 as const, folder: '/library', epoch: lease_epoch, path, size: 1, sha256: '0'.repeat(64) };
}
