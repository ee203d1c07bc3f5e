import { z } from 'zod';
import { fileRpc, rpc } from './define.ts';
import { Empty, Timestamp } from './shared.ts';
import type { ServiceName } from './system.ts';
import { Task } from './tasks.ts';

/** A name that no path can hide in. */
export const BackupName = z
  .string()
  .regex(/^aniworld-\d{8}T\d{6}Z\.zip$/, 'A name like aniworld-20260131T033000Z.zip')
  .meta({ description: 'aniworld-, the time of its making (UTC), .zip' });

export const Backup = z
  .object({ name: BackupName, created_at: Timestamp, size: z.int().min(0) })
  .meta({ id: 'Backup' });
export type Backup = z.output<typeof Backup>;

const ByName = z.object({ name: BackupName });

export const backups = {
  list: rpc('backups.list', {
    summary: 'The backups in the server’s folder, newest first',
    http: { method: 'get', path: '/backups', access: 'read' },
    request: Empty,
    reply: z.object({ folder: z.string(), items: z.array(Backup) }),
  }),
  create: rpc('backups.create', {
    summary: 'Begin a backup now; the task "backup" tells when it is there',
    http: { method: 'post', path: '/backups', status: 202, access: 'admin' },
    request: Empty,
    reply: z.object({ name: BackupName, task: Task }),
    errors: ['TASK_RUNNING'],
  }),
  download: fileRpc('backups.download', {
    summary: 'A backup’s file; it holds the password’s hash and all keys',
    http: { method: 'get', path: '/backups/{name}', access: 'admin', type: 'application/zip' },
    request: ByName,
    errors: ['BACKUP_NOT_FOUND'],
  }),
  remove: rpc('backups.remove', {
    summary: 'Remove a backup',
    http: { method: 'delete', path: '/backups/{name}', status: 204, access: 'admin' },
    request: ByName,
    reply: Empty,
    errors: ['BACKUP_NOT_FOUND'],
  }),
};

/** What a service’s part of a backup begins with. */
export const ExportHead = z.object({
  /** Names the replica that holds the snapshot. */
  session: z.string(),
  /** Names of the migrations that made its schema, in order: the chassis’s and its own. */
  migrations: z.object({ chassis: z.array(z.string()), own: z.array(z.string()) }),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
});
export type ExportHead = z.output<typeof ExportHead>;

/** At most 256 kB of one table in the text format of COPY; the tables follow each other as the head lists them. */
export const ExportPiece = z.object({
  table: z.string(),
  data: z.base64(),
  /** Nothing more of this table follows. */
  last: z.boolean(),
});
export type ExportPiece = z.output<typeof ExportPiece>;

/** Opens a snapshot of a service’s schema; every service with a database answers it, none over HTTP. */
export function exportOf(service: ServiceName) {
  return rpc(`backup.${service}`, {
    summary: `Open a snapshot of what ${service} stores`,
    request: Empty,
    reply: ExportHead,
    timeout_ms: 15_000,
  });
}

/**
 * The next piece of an open snapshot, asked of the replica that holds it. `seq` counts from 1 and may be asked for again;
 * after the last piece the answer is null.
 */
export function exportPiece(service: ServiceName, session: string) {
  return rpc(`backup.${service}.${session}`, {
    summary: `The next piece of a snapshot of ${service}`,
    request: z.object({ seq: z.int().min(1) }),
    reply: z.object({ piece: ExportPiece.nullable() }),
    timeout_ms: 30_000,
  });
}
