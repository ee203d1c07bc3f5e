import { fail } from '@aniworld/contracts';
import type { ApiClient } from '@aniworld/sdk';

const ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const MOST_NAMED = 10;

/** The id of a series of the library, from its id or its title, or from a part of a title that only one has. @throws SERIES_NOT_FOUND */
export async function seriesFor(anime: ApiClient['anime'], text: string, signal: AbortSignal): Promise<string> {
  if (ID.test(text)) return text;
  const { items } = await anime.list({ q: text, limit: 200 }, { signal });
  const exact = items.filter((series) => series.title.toLowerCase() === text.toLowerCase());
  const [one, ...more] = exact.length > 0 ? exact : items;
  if (!one) throw fail('SERIES_NOT_FOUND', { detail: `No series of the library fits “${text}”.` });
  if (more.length === 0) return one.id;
  const named = [one, ...more].slice(0, MOST_NAMED).map(({ id, title, year }) => `${id} ${title} (${year ?? '?'})`);
  throw fail('SERIES_NOT_FOUND', { detail: `Several series fit “${text}”; give one’s id:\n  ${named.join('\n  ')}\n` });
}
