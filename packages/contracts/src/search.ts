import { z } from 'zod';
import { Series } from './series.ts';
import { rpc } from './define.ts';
import { Id } from './shared.ts';

export const SearchResult = z
  .object({
    provider: z.string(),
    ref: z.string().meta({ description: 'The provider’s own reference; goes into POST /search/add unchanged' }),
    title: z.string(),
    year: z.int().nullable(),
    overview: z.string().nullable(),
    poster_url: z.string().nullable(),
    episode_count: z.int().min(0).nullable(),
    licence: z.string().nullable(),
    series_id: Id.nullable().meta({ description: 'Set when the series is in the library already' }),
  })
  .meta({ id: 'SearchResult' });

export const ProviderOutcome = z
  .object({ provider: z.string(), ok: z.boolean(), error: z.string().nullable(), took_ms: z.int().min(0) })
  .meta({ id: 'ProviderOutcome' });

export const search = {
  query: rpc('search.query', {
    summary: 'Search all providers at once; one that fails or is slow is listed, the others’ results still come',
    http: { method: 'get', path: '/search', access: 'read' },
    request: z.object({ q: z.string().trim().min(1).max(200) }),
    reply: z.object({ results: z.array(SearchResult), providers: z.array(ProviderOutcome) }),
    timeout_ms: 15_000,
  }),
  add: rpc('search.add', {
    summary: 'Add a found series to the library',
    http: { method: 'post', path: '/search/add', status: 201, access: 'write' },
    request: z.object({
      provider: z.string().min(1).max(100),
      ref: z.string().min(1).max(2_000),
      folder: z
        .string()
        .max(4_000)
        .optional()
        .meta({ description: 'One of the library folders; the first by default' }),
    }),
    reply: Series,
    errors: ['PROVIDER_NOT_FOUND', 'PROVIDER_FAILED', 'SERIES_NOT_FOUND', 'SERIES_EXISTS', 'FOLDER_UNUSABLE'],
    timeout_ms: 20_000,
  }),
};
