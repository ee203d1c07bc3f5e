import type { Egress } from '@aniworld/egress';
import { z } from 'zod';
import { normaliseTitle } from '../title.ts';
import { askJson } from './json-client.ts';
import type { Metadata, MetadataSource, Wanted } from './source.ts';

// https://docs.anilist.co: "Media", "Page", "AiringSchedule". Not for collecting in masses.
const HOME = 'https://graphql.anilist.co/';

/** An entry is one cour, so its schedule counts from 1; `airingAt` is in seconds since 1970. */
const QUERY = `query ($id: Int, $search: String) {
  Page(perPage: 10) {
    media(id: $id, search: $search, type: ANIME) {
      id idMal title { romaji english native } synonyms status startDate { year } description(asHtml: false)
      coverImage { extraLarge large } airingSchedule(perPage: 50) { nodes { episode airingAt } }
    }
  }
}`;

const Media = z.object({
  id: z.int(),
  idMal: z.int().nullish(),
  title: z.object({ romaji: z.string().nullish(), english: z.string().nullish(), native: z.string().nullish() }),
  synonyms: z.array(z.string()).nullish(),
  status: z.string().nullish(),
  startDate: z.object({ year: z.int().nullish() }).nullish(),
  description: z.string().nullish(),
  coverImage: z.object({ extraLarge: z.string().nullish(), large: z.string().nullish() }).nullish(),
  airingSchedule: z.object({ nodes: z.array(z.object({ episode: z.int(), airingAt: z.int() })) }).nullish(),
});
type Media = z.output<typeof Media>;
const Answer = z.object({ data: z.object({ Page: z.object({ media: z.array(Media) }) }) });

/** @param home tests ask a server of their own */
export function createAnilist(egress: Pick<Egress, 'dispatcher'>, home = HOME): MetadataSource {
  return {
    id: 'anilist',
    name: 'AniList',
    async lookup(wanted, signal) {
      const known = /^\d{1,9}$/.test(wanted.links.anilist ?? '') ? Number(wanted.links.anilist) : null;
      const variables = known === null ? { search: wanted.title } : { id: known };
      const answer = await askJson(egress, new URL(home), signal, { query: QUERY, variables });
      if (answer === null) return null;
      const { media } = Answer.parse(answer).data.Page;
      const fitting = known === null ? media.filter((one) => fits(one, wanted)) : media;
      return fitting.length === 1 ? metadataOf(fitting[0]!) : null;
    },
  };
}

const titlesOf = ({ title, synonyms }: Media) =>
  [title.romaji, title.english, title.native, ...(synonyms ?? [])].filter((one): one is string => Boolean(one));

/** The same title, and the same year where both are known: a second cour has its own entry, often of a title that is alike. */
function fits(media: Media, { title, synonyms, year }: Wanted): boolean {
  const titles = new Set([title, ...synonyms].map(normaliseTitle));
  const began = media.startDate?.year ?? null;
  const named = titlesOf(media).some((one) => titles.has(normaliseTitle(one)));
  return named && (year === null || began === null || year === began);
}

const statuses: Record<string, Metadata['status']> = {
  RELEASING: 'continuing',
  HIATUS: 'continuing',
  FINISHED: 'ended',
  CANCELLED: 'ended',
  NOT_YET_RELEASED: 'upcoming',
};

function metadataOf(media: Media): Metadata {
  const { id, idMal, status, description, coverImage, airingSchedule } = media;
  return {
    links: { anilist: String(id), ...(idMal && { mal: String(idMal) }) },
    synonyms: titlesOf(media),
    overview: description?.replaceAll(/<[^>]*>/g, '').trim() || null,
    poster_url: coverImage?.extraLarge ?? coverImage?.large ?? null,
    status: statuses[status ?? ''] ?? 'unknown',
    episodes: (airingSchedule?.nodes ?? []).map(({ episode, airingAt }) => ({
      ...{ season: 1, episode, still_url: null },
      air_date: new Date(airingAt * 1_000).toISOString().slice(0, 10),
    })),
  };
}
