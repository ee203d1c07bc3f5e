import type { QueueItem } from '@aniworld/contracts';
import { t } from 'i18next';
import { episodeCode } from '../format/episode-code.ts';

/** The episode's title, or a stand-in until the catalog has told it. */
export function itemTitle(item: QueueItem): string {
  return item.title ?? t('queue.unnamed');
}

/** Series and title in one line, for labels. */
export function itemLabel(item: QueueItem): string {
  return [item.series_title, itemTitle(item)].filter(Boolean).join(', ');
}

/** `S01E04`; empty until it is known. */
export function itemCode({ season, episode }: QueueItem): string {
  return season === null || episode === null ? '' : episodeCode(season, episode);
}
