import type { AppConfig } from '@aniworld/contracts';

/** Fetched by yt-dlp itself, through its proxy. For the other protocols it starts programs that dial by themselves. */
const LAWFUL = "[protocol~='^(http|m3u8|ism)']";

/**
 * The format selector for a quality setting: the best that is not above it, then one that does not say its height, then the
 * least of all.
 * @param canMerge whether picture and sound that come apart can be put together
 */
export function formatSelector(quality: AppConfig['download']['quality'], canMerge: boolean): string {
  const height = /^\d+/.exec(quality)?.[0];
  if (quality === 'least') return choices(['w', ''], canMerge);
  if (height === undefined) return choices(['b', ''], canMerge);
  const within = [`[height<=${height}]`, `[height<=?${height}]`].map((limit) => choices(['b', limit], canMerge));
  return [...within, choices(['w', ''], canMerge)].join('/');
}

function choices([end, limit]: [end: 'b' | 'w', limit: string], canMerge: boolean): string {
  const own = `${limit}${LAWFUL}`;
  const whole = `${end}${own}`;
  // The last is for what has no sound at all.
  return canMerge ? `${end}v*${own}+${end}a${LAWFUL}/${whole}/${end}v*${own}` : `${whole}/${end}*${own}`;
}

/** The languages of the setting as the patterns that `--sub-langs` takes: `en` is `en-US` too. */
export function subtitlePatterns(languages: string[]): string {
  // A chat's replay is no subtitles, and may be larger than the film.
  if (languages.includes('all')) return 'all,-live_chat';
  return languages.map((language) => `${language}(-.+)?`).join(',');
}
