import { z } from 'zod';

/** Reasons to miss an episode, as the list is narrowed by them: `taken_out` is cancelled and removed. */
export const REASONS = ['never_queued', 'failed', 'no_source', 'taken_out', 'file_lost', 'under_way'] as const;
export type Reason = (typeof REASONS)[number];

export const SINCE_DAYS = [7, 30, 365] as const;

const Search = z.object({
  sort: z.literal('series').optional().catch(undefined),
  series: z.uuid().optional().catch(undefined),
  season: z.int().min(0).optional().catch(undefined),
  /** Aired in so many days. */
  days: z.literal(SINCE_DAYS).optional().catch(undefined),
  why: z.enum(REASONS).optional().catch(undefined),
  /** Whose timeline is open. */
  episode: z.uuid().optional().catch(undefined),
});
export type WantedSearch = z.output<typeof Search>;

/** What the page's address may say; what makes no sense is left out. */
export function wantedSearch(values: Record<string, unknown>): WantedSearch {
  const { season, ...rest } = Search.parse(values);
  return rest.series !== undefined && season !== undefined ? { ...rest, season } : rest;
}
