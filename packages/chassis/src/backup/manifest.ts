import { z } from 'zod';

/**
 * A backup: a zip with `manifest.json` and `<service>/<table>.copy` for each table, in the text format of Postgres' COPY
 * (one row a line, UTF-8). The manifest is written last and says what everything else must be.
 */
export const FORMAT = 1;

export const MANIFEST = 'manifest.json';

const Table = z.object({
  name: z.string(),
  columns: z.array(z.string()),
  file: z.string(),
  rows: z.int().min(0),
  /** Of the uncompressed file. */
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type TableEntry = z.output<typeof Table>;

const Schema = z.object({
  migrations: z.object({ chassis: z.array(z.string()), own: z.array(z.string()) }),
  tables: z.array(Table),
});
export type SchemaEntry = z.output<typeof Schema>;

export const Manifest = z.object({
  format: z.literal(FORMAT),
  product: z.literal('aniworld'),
  /** Of the program that made it. */
  version: z.string(),
  created_at: z.iso.datetime(),
  services: z.record(z.string(), Schema),
});
export type Manifest = z.output<typeof Manifest>;

/** Why a file can't be restored, in a sentence for whoever tries to. */
export class BackupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BackupError';
  }
}
