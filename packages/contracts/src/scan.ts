import { z } from 'zod';
import { event, rpc } from './define.ts';
import { Empty, Id, Timestamp } from './shared.ts';

export const Scan = z
  .object({
    id: Id.nullable().meta({ description: 'Null when no scan has run yet' }),
    state: z.enum(['idle', 'running', 'completed', 'failed']),
    started_at: Timestamp.nullable(),
    finished_at: Timestamp.nullable(),
    folders: z.int().min(0),
    files: z.int().min(0).meta({ description: 'Video files seen' }),
    matched: z.int().min(0),
    unmatched: z.int().min(0),
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
    request: Empty,
    reply: Scan,
    errors: ['SCAN_RUNNING'],
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
};
