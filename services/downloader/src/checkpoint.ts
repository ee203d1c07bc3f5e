import { z } from 'zod';

/**
 * The version of the two payloads that are stored with an item. A queue lives for years and over many versions: each payload says which
 * version of its shape it has, and is brought forward step by step when it is read. A payload that can't be read costs the
 * item its progress, never the item.
 */
export const PAYLOAD_VERSION = 1;

/**
 * What a try has brought to the disk for certain, stored with the item. Written by the worker that holds the lease, read
 * by the next one. Ranges are in it only after the data was synced, so after any crash they can be trusted.
 */
export const Checkpoint = z.object({
  v: z.literal(PAYLOAD_VERSION),
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
  /** Of a stream: number, segments and bytes of each of its stretches, in the order in which they lie in the part file. */
  runs: z.array(z.tuple([z.number(), z.number(), z.number()])).optional(),
});
export type Checkpoint = z.output<typeof Checkpoint>;

/** A file that makes room for a better one, as it was when that was decided. */
export const Replaced = z.object({ path: z.string(), size: z.number(), mtime_ms: z.number() });
export type Replaced = z.output<typeof Replaced>;

/** Set while a file goes from its part name to its final name. */
export const Publishing = z.object({
  v: z.literal(PAYLOAD_VERSION),
  folder: z.string(),
  /** The lease epoch in the part file's name. */
  epoch: z.number(),
  /** Absolute path. */
  path: z.string(),
  size: z.number(),
  sha256: z.string(),
  replaced: z.array(Replaced).optional(),
});
export type Publishing = z.output<typeof Publishing>;

type Payload = Record<string, unknown>;

/** The nth step makes version n + 1 of version n. What was stored before payloads had a version is version 0. */
const forward: ((old: Payload) => Payload)[] = [(old) => ({ ...old, v: 1 })];

/** Reads a stored checkpoint of this or any earlier version; null for none, and for one that can't be read. */
export function readCheckpoint(stored: unknown): Checkpoint | null {
  return Checkpoint.safeParse(broughtForward(stored)).data ?? null;
}

/** Reads what was stored before a rename; null for nothing, and for what can't be read. */
export function readPublishing(stored: unknown): Publishing | null {
  return Publishing.safeParse(broughtForward(stored)).data ?? null;
}

function broughtForward(stored: unknown): unknown {
  if (typeof stored !== 'object' || stored === null) return stored;
  let payload = stored as Payload;
  for (let version = Number(payload.v ?? 0); version < PAYLOAD_VERSION; version += 1)
    payload = forward[version]!(payload);
  return payload;
}
