import { z } from 'zod';

const Languages = z
  .array(z.string().regex(/^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*|all)$/, 'A language like en or pt-BR'))
  .max(20)
  .default([]);

const Rate = z.int().min(0).default(0);

/** How episodes are fetched. */
export const DownloadConfig = z.object({
  quality: z
    .enum(['best', '2160p', '1440p', '1080p', '720p', '480p', '360p', 'least'])
    .default('best')
    .meta({ description: 'The best variant that is not above it; the least one when all are above' }),
  audio_languages: Languages.meta({ description: 'Audio tracks wanted beside the default one; empty: only that' }),
  subtitle_languages: Languages.meta({ description: 'Subtitles to save beside the episode; "all" for every one' }),
  live: z.enum(['refuse', 'follow']).default('refuse').meta({ description: 'A stream that is still going on' }),
  bytes_per_second: Rate.meta({
    description: 'Of all workers together; 0: no limit. Quiet hours may lower it',
    unit: 'bytes/s',
  }),
  host_bytes_per_second: Rate.meta({ description: 'From one host, over all workers; 0: no limit', unit: 'bytes/s' }),
  item_bytes_per_second: Rate.meta({ description: 'Of one download; 0: no limit', unit: 'bytes/s' }),
  least_bytes_per_second: Rate.default(1_000).meta({
    description: 'A download slower than this for a minute is tried again; 0: never',
    unit: 'bytes/s',
  }),
  verify_media: z
    .boolean()
    .default(true)
    .meta({ description: 'Look into each file: one that is cut short or that no player takes is refused' }),
  ytdlp_path: z.string().max(4_000).default('').meta({ description: 'Path of yt-dlp; empty: found on the PATH' }),
  ffmpeg_path: z.string().max(4_000).default('').meta({ description: 'Path of ffmpeg; empty: found on the PATH' }),
});
