import type { QueueItem } from '@aniworld/contracts';

/** `Lantern Harbour S01E04 The Hidden Letter`. */
export function itemName(item: Pick<QueueItem, 'series_title' | 'season' | 'episode' | 'title'>): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${item.series_title} S${two(item.season)}E${two(item.episode)} ${item.title}`;
}
