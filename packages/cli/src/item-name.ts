import type { QueueItem } from '@aniworld/contracts';

type Named = Pick<QueueItem, 'series_title' | 'season' | 'episode' | 'title'>;

/** `Lantern Harbour S01E04 The Hidden Letter`; what is not known yet is left out. */
export function itemName({ series_title, season, episode, title }: Named): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const code = season === null || episode === null ? null : `S${two(season)}E${two(episode)}`;
  return [series_title, code, title].filter(Boolean).join(' ') || 'name not known yet';
}
