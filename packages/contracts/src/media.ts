import { z } from 'zod';
import { Seconds } from './shared.ts';

const Language = z.string().nullable().meta({ description: 'As the file has it, such as de; null: it does not say' });
const Codec = z.string().meta({ description: 'Such as h264, hevc, av1, aac, opus, ass' });

/** What is in a media file. */
export const MediaFacts = z
  .object({
    container: z.string().meta({ description: 'Such as matroska, mp4, mpegts, webm' }),
    duration_seconds: Seconds.nullable().meta({ description: 'null: the file does not say' }),
    video: z
      .array(
        z.object({
          codec: Codec,
          width: z.int().min(1),
          height: z.int().min(1),
          frames_per_second: z.number().min(0).nullable(),
        }),
      )
      .meta({ description: 'Pictures of the film, no covers' }),
    audio: z.array(z.object({ codec: Codec, channels: z.int().min(1).nullable(), language: Language })),
    subtitles: z.array(z.object({ codec: Codec, language: Language })),
  })
  .meta({ id: 'MediaFacts' });
export type MediaFacts = z.output<typeof MediaFacts>;
