import { z } from 'zod';

/** Pieces that several groups' schemas are made of. */

export const Id = z.uuid().meta({ description: 'Identifier' });
export const Timestamp = z.iso.datetime().meta({ description: 'ISO 8601, UTC' });
/** Bytes; JavaScript's safe integers reach 9 PB. */
export const Bytes = z.int().min(0).meta({ description: 'Bytes' });
export const BytesPerSecond = z.int().min(0).meta({ description: 'Bytes per second' });
export const Seconds = z.number().min(0).meta({ description: 'Seconds' });
export const Empty = z.object({});

/** Season 0 holds the specials. */
export const SeasonNumber = z.int().min(0).max(9_999);
export const EpisodeNumber = z.int().min(1).max(99_999);

export const Priority = z.enum(['high', 'normal', 'low']).meta({ id: 'Priority' });
export type Priority = z.output<typeof Priority>;

export const PageQuery = z.object({
  cursor: z.string().max(500).optional().meta({ description: 'next_cursor of the page before' }),
  limit: z.int().min(1).max(200).default(50),
});

/** A page of a list: `next_cursor` is null on the last one. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}
