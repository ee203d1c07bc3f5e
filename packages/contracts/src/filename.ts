import { z } from 'zod';

/** What a file's name says, and why. */

export const FileKind = z
  .enum(['episode', 'special', 'ova', 'movie', 'opening', 'ending', 'preview', 'trailer', 'menu', 'sample', 'extra'])
  .meta({ id: 'FileKind', description: 'episode when the name says nothing else' });
export type FileKind = z.output<typeof FileKind>;

const Title = z.string().nullable();
const Year = z.int().nullable();
const Ids = z.record(z.string(), z.string()).meta({ description: 'Ids as in {tvdb-123}, by the name of the site' });

export const NameReading = z
  .object({
    title: Title.meta({ description: 'As written, without group, tags and year' }),
    episode_title: z.string().nullable(),
    year: Year,
    season: z.int().min(0).nullable(),
    episodes: z.array(z.number().min(0)).meta({ description: 'Numbers within the season; never without one' }),
    absolute: z
      .array(z.number().min(0))
      .meta({ description: 'Numbers without a season, or beside one over all seasons' }),
    other: z.array(z.number().min(0)).meta({ description: 'Further numbers of this episode in another count' }),
    number_text: z.string().nullable().meta({ description: 'A number that is none, such as 01b' }),
    air_date: z.iso.date().nullable().meta({ description: 'Only when the name counts by days' }),
    version: z.int().min(0).nullable(),
    group: z.string().nullable(),
    resolution: z.string().nullable(),
    crc32: z.string().nullable(),
    type: FileKind,
    ids: Ids,
    rule: z.string().nullable().meta({ description: 'What the numbers were read by; null when there are none' }),
    folder: z
      .object({ title: z.string(), year: Year, ids: Ids })
      .nullable()
      .meta({ description: 'The series that the folder is named after' }),
  })
  .meta({ id: 'NameReading' });
export type NameReading = z.output<typeof NameReading>;

export const NamePart = z
  .object({ text: z.string(), taken_for: z.string() })
  .meta({ id: 'NamePart', description: 'A part of the name and what it was taken for' });
export type NamePart = z.output<typeof NamePart>;

export const ExplainedName = NameReading.extend({
  name: z.string(),
  explanation: z.array(NamePart).meta({ description: 'Every part of the name in order' }),
}).meta({ id: 'ExplainedName' });
export type ExplainedName = z.output<typeof ExplainedName>;
