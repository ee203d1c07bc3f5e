import { type Bus, type Ctx, type Log, type Loop, loop } from '@aniworld/chassis';
import { anime, AppError, type QueueItem } from '@aniworld/contracts';
import type { Kysely } from 'kysely';
import { describe, dropBatch } from './queue.ts';
import type { DB } from './schema.gen.ts';
import { undescribed } from './store/item.ts';

/**
 * What was added is stored first and looked up then, so that nothing is lost while the catalog is away: the item waits
 * without its title until it is back.
 */

/** Episodes of one question to the catalog: its answer stays far below the broker's limit. */
const CHUNK = 1_000;

interface Stored {
  batch: string;
  items: QueueItem[];
  added: number;
}

/**
 * Looks up what was just added.
 * @throws SERIES_NOT_FOUND or EPISODE_NOT_FOUND, after taking the add back
 */
export async function describeAdded(
  db: Kysely<DB>,
  stored: Stored,
  wanted: { series_id: string; episode_ids: string[] },
  ctx: Ctx,
): Promise<Stored> {
  if (stored.added === 0) return stored;
  const described = new Map<string, QueueItem>();
  try {
    for (let i = 0; i < wanted.episode_ids.length; i += CHUNK) {
      const episode_ids = wanted.episode_ids.slice(i, i + CHUNK);
      const { items } = await ctx.call(anime.brief, { series_id: wanted.series_id, episode_ids });
      for (const item of await describe(db, items)) described.set(item.id, item);
    }
  } catch (error) {
    if (!isUnknown(error)) ctx.log.warn({ err: error }, 'added without a title; it is looked up later');
    else {
      await dropBatch(db, stored.batch);
      throw error;
    }
  }
  return { ...stored, items: stored.items.map((item) => described.get(item.id) ?? item) };
}

/** Looks up what could not be looked up when it was added. */
export function startDescriber(db: Kysely<DB>, bus: Bus, log: Log): Loop {
  return loop({
    name: 'describer',
    everyMs: 10_000,
    log,
    async run(signal) {
      for (let found = await undescribed(db, CHUNK); found; found = await undescribed(db, CHUNK)) {
        const { items } = await bus.call(anime.brief, found, { signal });
        if ((await describe(db, items)).length === 0) return;
      }
    },
  });
}

const isUnknown = (error: unknown) =>
  error instanceof AppError && (error.code === 'SERIES_NOT_FOUND' || error.code === 'EPISODE_NOT_FOUND');
