import type { Egress } from '@aniworld/egress';
import { z } from 'zod';
import { normaliseTitle } from '../title.ts';
import { askJson } from './json-client.ts';
import type { Metadata, MetadataSource, Wanted } from './source.ts';

// https://www.tvmaze.com/api: "Show search", "Show main information", "Embedding". CC BY-SA: whoever shows what comes from here
// names TVmaze.
const HOME = 'https://api.tvmaze.com/';

const Image = z.object({ medium: z.string().nullish(), original: z.string().nullish() }).nullish();
const Day = z.iso.date().nullish().catch(null);

const Show = z.object({
  id: z.int(),
  name: z.string(),
  status: z.string().nullish(),
  premiered: Day,
  summary: z.string().nullish(),
  image: Image,
  externals: z.object({ thetvdb: z.int().nullish(), imdb: z.string().nullish() }).nullish(),
});
const Episode = z.object({ season: z.int(), number: z.int().nullish(), airdate: Day, image: Image });
const WholeShow = Show.extend({ _embedded: z.object({ episodes: z.array(Episode) }).nullish() });
const Found = z.array(z.object({ show: Show }));

/** @param home tests ask a server of their own */
export function createTvmaze(egress: Pick<Egress, 'dispatcher'>, home = HOME): MetadataSource {
  return {
    id: 'tvmaze',
    name: 'TVmaze',
    async lookup(wanted, signal) {
      const id = wanted.links.tvmaze ?? (await search(wanted, signal));
      if (id === null) return null;
      const url = new URL(`shows/${encodeURIComponent(id)}?embed=episodes`, home);
      const answer = await askJson(egress, url, signal);
      return answer === null ? null : metadataOf(WholeShow.parse(answer));
    },
  };

  async function search(wanted: Wanted, signal: AbortSignal): Promise<string | null> {
    const url = new URL(`search/shows?q=${encodeURIComponent(wanted.title)}`, home);
    const fitting = Found.parse((await askJson(egress, url, signal)) ?? []).filter(({ show }) => fits(show, wanted));
    return fitting.length === 1 ? String(fitting[0]!.show.id) : null;
  }
}

/** The same title, and the same year where both are known; its search takes words that are only alike. */
function fits(show: z.output<typeof Show>, { title, synonyms, year }: Wanted): boolean {
  const titles = new Set([title, ...synonyms].map(normaliseTitle));
  const began = show.premiered ? Number(show.premiered.slice(0, 4)) : null;
  return titles.has(normaliseTitle(show.name)) && (year === null || began === null || year === began);
}

const statuses: Record<string, Metadata['status']> = {
  Running: 'continuing',
  Ended: 'ended',
  'In Development': 'upcoming',
};

function metadataOf({ id, name, status, summary, image, externals, _embedded }: z.output<typeof WholeShow>): Metadata {
  const { thetvdb, imdb } = externals ?? {};
  return {
    links: { tvmaze: String(id), ...(thetvdb && { tvdb: String(thetvdb) }), ...(imdb && { imdb }) },
    synonyms: [name],
    overview: summary ? summary.replaceAll(/<[^>]*>/g, '').trim() || null : null,
    poster_url: image?.original ?? image?.medium ?? null,
    status: statuses[status ?? ''] ?? 'unknown',
    // Specials have no number there.
    episodes: (_embedded?.episodes ?? []).flatMap(({ season, number, airdate, image: still }) =>
      number
        ? { season, episode: number, air_date: airdate ?? null, still_url: still?.original ?? still?.medium ?? null }
        : [],
    ),
  };
}
