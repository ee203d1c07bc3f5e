import { z } from 'zod';
import { namingPresets, parseTemplate, TemplateError } from '../naming.ts';

const Folder = z.string().min(1).max(4_000).meta({ description: 'Absolute path of a library folder on the server' });

const Mode = z
  .string()
  .regex(/^[0-7]{3,4}$/, 'Octal rights like 664')
  .nullable()
  .default(null);

/** A template that says what is wrong with it when it makes no sense. */
export const NamingTemplate = z
  .string()
  .min(1)
  .max(500)
  .superRefine((template, check) => {
    try {
      parseTemplate(template);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      check.addIssue({ code: 'custom', message: error.message });
    }
  })
  .meta({ description: 'Template of the path below the library folder, as POST /config/naming/preview explains it' });

/** Where the library is, how its files are named and how often it is looked at. */
export const LibraryConfig = z.object({
  folders: z
    .array(Folder)
    .max(100)
    .default([])
    .meta({ description: 'Absolute paths of the library folders on the server; new series go to the first' }),
  naming: NamingTemplate.default(namingPresets.standard),
  recycle: z.boolean().default(false).meta({
    description:
      'A file that a better one replaces goes to .aniworld/recycle of its folder instead of being kept beside it',
  }),
  recycle_days: z
    .int()
    .min(0)
    .max(3_650)
    .default(30)
    .meta({ description: 'What lies in .aniworld/recycle so long is deleted for good; 0: never', unit: 'days' }),
  file_mode: Mode.meta({ description: 'Rights of new files, in octal: 664; null: by the umask' }),
  folder_mode: Mode.meta({ description: 'Rights of new folders, in octal: 775; null: by the umask' }),
  nfo: z
    .boolean()
    .default(false)
    .meta({ description: 'Write tvshow.nfo and one beside each episode, for Kodi and Jellyfin' }),
  artwork: z.boolean().default(false).meta({ description: 'Save posters and stills beside what they belong to' }),
  scan_interval_minutes: z
    .int()
    .min(0)
    .max(10_080)
    .default(60)
    .meta({ description: 'The library is looked at so often; 0: only when asked for', unit: 'minutes' }),
  refresh_interval_hours: z
    .int()
    .min(1)
    .max(8_760)
    .default(12)
    .meta({ description: 'A series that has not ended is asked for at its provider so often', unit: 'hours' }),
  auto_download: z
    .boolean()
    .default(false)
    .meta({ description: 'Series that are added from now on queue what is missing of them by themselves' }),
});
