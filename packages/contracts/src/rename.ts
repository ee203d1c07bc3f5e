import { z } from 'zod';
import { rpc } from './define.ts';
import { Id, PageQuery, page, Timestamp } from './shared.ts';

export const RenamePlan = z
  .object({
    file_id: Id,
    series_id: Id,
    from: z.string(),
    to: z.string(),
    beside: z
      .array(z.object({ from: z.string(), to: z.string() }))
      .meta({ description: 'What moves along: subtitles, pictures, information' }),
    conflict: z.string().nullable().meta({ description: 'Why it stays as it is; null when it will be renamed' }),
  })
  .meta({ id: 'RenamePlan' });
export type RenamePlan = z.output<typeof RenamePlan>;

export const Rename = z
  .object({
    id: Id,
    state: z.enum(['running', 'completed', 'failed']),
    template: z.string(),
    undoes: Id.nullable().meta({ description: 'The renaming that this one takes back' }),
    created_at: Timestamp,
    finished_at: Timestamp.nullable(),
    files: z.int().min(0),
    done: z.int().min(0),
    failed: z.int().min(0),
    problem: z.string().nullable(),
    problems: z
      .array(z.object({ from: z.string(), to: z.string(), problem: z.string() }))
      .meta({ description: 'The first hundred files that stay as they were' }),
  })
  .meta({ id: 'Rename' });
export type Rename = z.output<typeof Rename>;

const Chosen = z
  .array(Id)
  .min(1)
  .max(1_000)
  .optional()
  .meta({ description: 'Series whose files are meant; by default the whole library' });

/** Names of files by the template; a part of the group `anime`. */
export const rename = {
  previewRename: rpc('anime.preview_rename', {
    summary: 'Which files have another name than the template gives them, in the order of their paths',
    http: { method: 'post', path: '/anime/rename/preview', access: 'read' },
    request: PageQuery.extend({ series_ids: Chosen }),
    reply: page(RenamePlan),
    errors: ['NAMING_TEMPLATE'],
    timeout_ms: 20_000,
  }),
  rename: rpc('anime.rename', {
    summary: 'Give files the names that the template gives them; goes on in the background',
    http: { method: 'post', path: '/anime/rename', status: 202, access: 'write' },
    request: z.object({ series_ids: Chosen }),
    reply: Rename,
    errors: ['RENAME_RUNNING', 'NAMING_TEMPLATE'],
    timeout_ms: 30_000,
  }),
  renames: rpc('anime.renames', {
    summary: 'The running renaming and earlier ones, newest first',
    http: { method: 'get', path: '/anime/rename', access: 'read' },
    request: PageQuery,
    reply: page(Rename),
  }),
  renaming: rpc('anime.renaming', {
    summary: 'How far a renaming is',
    http: { method: 'get', path: '/anime/rename/{id}', access: 'read' },
    request: z.object({ id: Id }),
    reply: Rename,
    errors: ['RENAME_NOT_FOUND'],
  }),
  undoRename: rpc('anime.undo_rename', {
    summary: 'Give files back the names that they had before; goes on in the background',
    http: { method: 'post', path: '/anime/rename/{id}/undo', status: 202, access: 'write' },
    request: z.object({ id: Id }),
    reply: Rename,
    errors: ['RENAME_NOT_FOUND', 'RENAME_RUNNING', 'RENAME_UNDONE'],
    timeout_ms: 30_000,
  }),
};
