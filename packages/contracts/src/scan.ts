import { z } from 'zod';
import { event, rpc } from './define.ts';
import { Empty, Id, Timestamp } from './shared.ts';

export const Scan = z
  .object({
    id: Id.nullable().meta({ description: 'Null when no scan has run yet' }),
    state: z.enum(['idle', 'running', 'completed', 'failed', 'cancelled']),
    started_at: Timestamp.nullable(),
    finished_at: Timestamp.nullable(),
    folders: z.int().min(0),
    files: z.int().min(0).meta({ description: 'Video files seen' }),
    matched: z.int().min(0),
    unmatched: z.int().min(0),
    extras: z.int().min(0).default(0).meta({ description: 'Samples, trailers and the like, which are no episodes' }),
    removed: z.int().min(0).meta({ description: 'Files known before that are gone' }),
    problems: z.array(z.string()).meta({ description: 'Folders that could not be read, with the reason' }),
  })
  .meta({ id: 'Scan' });
export type Scan = z.output<typeof Scan>;

/** Scans of the library folders; a part of the group `anime`. */
export const scan = {
  rescan: rpc('anime.rescan', {
    summary: 'Scan the library folders now',
    http: { method: 'post', path: '/anime/rescan', status: 202, access: 'write' },
    request: z.object({
      quick: z.boolean().default(false).meta({
        description: 'Pass over folders whose own time is unchanged; misses files that were changed in place',
      }),
      trust_empty: z
        .boolean()
        .default(false)
        .meta({ description: 'Believe that a library whose files are all gone is empty, and forget them' }),
    }),
    reply: Scan,
    errors: ['SCAN_RUNNING'],
  }),
  cancelScan: rpc('anime.cancel_scan', {
    summary: 'End the running scan; what it has found by then stays',
    http: { method: 'delete', path: '/anime/rescan', status: 202, access: 'write' },
    request: Empty,
    reply: Scan,
    errors: ['SCAN_NOT_RUNNING'],
  }),
  scan: rpc('anime.scan', {
    summary: 'The running scan, or the last one',
    http: { method: 'get', path: '/anime/rescan', access: 'read' },
    request: Empty,
    reply: Scan,
  }),
  scanProgress: event('anime.scan_progress', {
    summary: 'How far the running scan is',
    delivery: 'live',
    room: 'library',
    type: 'scan_progress',
    data: Scan,
  }),
  scanned: event('anime.scanned', {
    summary: 'A scan has ended',
    delivery: 'durable',
    room: 'library',
    type: 'scan_progress',
    data: Scan,
  }),
  folderAway: event('anime.folder_away', {
    summary: 'A library folder is not mounted or has lost all its files, or is back',
    delivery: 'durable',
    room: 'system',
    type: 'system_warning',
    data: z.object({
      folder: z.string(),
      reason: z.string().nullable().meta({ description: 'Null: it is back' }),
    }),
  }),
};
