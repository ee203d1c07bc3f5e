import { z } from 'zod';

const Search = z.object({
  /** `YYYY-MM`; this month when it is left out. */
  month: z
    .string()
    .regex(/^(19|20|21)\d\d-(0[1-9]|1[0-2])$/)
    .optional()
    .catch(undefined),
  view: z.literal('agenda').optional().catch(undefined),
  /** Also episodes that nobody monitors. */
  all: z.literal(true).optional().catch(undefined),
  /** Whose timeline is open. */
  episode: z.uuid().optional().catch(undefined),
});
export type CalendarSearch = z.output<typeof Search>;

/** What the page's address may say; what makes no sense is left out. */
export function calendarSearch(values: Record<string, unknown>): CalendarSearch {
  return Search.parse(values);
}
