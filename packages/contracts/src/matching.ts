import { z } from 'zod';
import { rpc } from './define.ts';
import { ExplainedName } from './filename.ts';
import { Bytes, Id, PageQuery, page, Timestamp } from './shared.ts';

export const UnmatchedFile = z
  .object({ id: Id, path: z.string(), size: Bytes, reason: z.string(), seen_at: Timestamp })
  .meta({ id: 'UnmatchedFile' });

/** Which file holds which episode; a part of the group `anime`. */
export const matching = {
  unmatched: rpc('anime.unmatched', {
    summary: 'Files that belong to no known episode, with the reason',
    http: { method: 'get', path: '/anime/unmatched', access: 'read' },
    request: PageQuery,
    reply: page(UnmatchedFile),
  }),
  parse: rpc('anime.parse', {
    summary: 'What names of files say about the episodes in them, and why',
    http: { method: 'post', path: '/anime/parse', access: 'read' },
    request: z.object({
      names: z
        .array(z.string().max(4_096))
        .min(1)
        .max(1_000)
        .meta({ description: 'Names or paths; the folders of a path count too' }),
    }),
    reply: z.object({ items: z.array(ExplainedName) }),
  }),
};
