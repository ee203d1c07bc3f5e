import type { QueueItem } from '@aniworld/contracts';
import { t } from 'i18next';
import { episodeCode } from '../format/episode-code.ts';

/** What names an episode, of an item or of another list. */
export type NamedEpisode = Pick<QueueItem, 'series_id' | 'series_title' | 'season' | 'episode' | 'title'>;

/** The episode's title, or a stand-in until the catalog has told it. */
export function itemTitle(item: Pick<NamedEpisode, 'title'>): string {
  return item.title ?? t('queue.unnamed');
}

/** Series and title in one line, for labels. */
export function itemLabel(item: Pick<NamedEpisode, 'series_title' | 'title'>): string {
  return [item.series_title, itemTitle(item)].filter(Boolean).join(', ');
}

/** `S01E04`; empty until it is known. */
export function itemCode({ season, episode }: Pick<NamedEpisode, 'season' | 'episode'>): string {
  return season === null || episode === null ? '' : episodeCode(season, episode);
}
