import { z } from 'zod';

const site = (name: string) =>
  z
    .object({
      enabled: z
        .boolean()
        .default(false)
        .meta({
          description: `Ask ${name} for days of airing, other titles, posters and ids that a provider does not tell; it learns the titles of your series`,
        }),
    })
    .prefault({});

/** Sites that know about series and have none to fetch. Off until somebody says otherwise: the server tells nobody of itself unasked. */
export const MetadataConfig = z.object({ anilist: site('AniList'), tvmaze: site('TVmaze') });
