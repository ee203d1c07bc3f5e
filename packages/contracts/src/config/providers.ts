import { z } from 'zod';

const Feed = z.object({
  name: z.string().min(1).max(200).meta({ description: 'Shown to people' }),
  url: z
    .url({ protocol: /^https?$/ })
    .meta({ description: 'RSS, Atom, Media RSS or podcast feed with video enclosures' }),
});

/** Where series come from. */
export const ProvidersConfig = z.object({
  sample: z
    .object({ enabled: z.boolean().default(true).meta({ description: 'The bundled shows, to try everything with' }) })
    .prefault({}),
  rss: z
    .object({
      enabled: z.boolean().default(true).meta({ description: 'Ask the feeds' }),
      feeds: z.array(Feed).max(200).default([]).meta({ description: 'Feeds whose entries carry videos' }),
    })
    .prefault({}),
});
