import { z } from 'zod';

export const NamingPreview = z
  .object({
    template: z.string(),
    preset: z.string().nullable().meta({ description: 'The preset that it is; null for one of your own' }),
    examples: z.array(
      z.object({
        kind: z.enum(['episode', 'special', 'double', 'anime', 'hostile']),
        path: z.string().meta({ description: 'Below the library folder' }),
        bytes: z.int().min(1).meta({ description: 'Of the file’s name; 255 at most' }),
      }),
    ),
    fields: z.array(z.object({ name: z.string(), description: z.string() })),
    presets: z.array(z.object({ name: z.string(), template: z.string() })),
  })
  .meta({ id: 'NamingPreview' });
export type NamingPreview = z.output<typeof NamingPreview>;
