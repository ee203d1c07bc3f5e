import { z } from 'zod';

/**
 * What a try has brought to the disk for certain, stored with the item. Written by the worker that holds the lease, read
 * by the next one. Ranges are in it only after the data was synced, so after any crash they can be trusted.
 */
export const Checkpoint = z.object({
  /** The library folder whose `.aniworld` folder holds the part file. */
  folder: z.string(),
  /** The lease epoch in the part file's name. */
  epoch: z.number(),
  /** Whether the worker closed the file before it let go; if not, it may still be writing to it. */
  clean: z.boolean(),
  /** The entity's strong validator: only the same entity may be continued. */
  validator: z.string().nullable(),
  total: z.number().nullable(),
  ranges: z.array(z.tuple([z.number(), z.number()])),
});
export type Checkpoint = z.output<typeof Checkpoint>;

/** Set while a file goes from its part name to its final name. */
export const Publishing = z.object({
  folder: z.string(),
  /** The lease epoch in the part file's name. */
  epoch: z.number(),
  /** Absolute path. */
  path: z.string(),
  size: z.number(),
  sha256: z.string(),
});
export type Publishing = z.output<typeof Publishing>;
