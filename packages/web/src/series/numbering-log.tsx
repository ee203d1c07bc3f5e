import { List, Text } from '@mantine/core';
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { allItems, paged, pageOf } from '../cache/pages.ts';
import { Folded } from '../config/folded.tsx';
import { episodeCode } from '../format/episode-code.ts';
import { formatMoment } from '../format/moment.ts';
import { OlderButton } from '../pieces/older-button.tsx';
import { api } from '../session/api.ts';

const numberingQuery = (id: string) =>
  infiniteQueryOptions({
    ...paged,
    queryKey: keys.numbering(id),
    queryFn: ({ pageParam, signal }) => api.anime.numbering({ id, ...pageOf(pageParam, 50) }, { signal }),
  });

/** How the provider has renumbered the series' episodes; nothing when it never has. */
export function NumberingLog({ seriesId }: { seriesId: string }) {
  const { t, i18n } = useTranslation();
  const list = useInfiniteQuery(numberingQuery(seriesId));
  const changes = allItems(list.data);
  if (changes.length === 0) return null;
  return (
    <Folded title={t('files.numbering')} open={false}>
      <Text size="sm" c="dimmed">
        {t('files.numberingHint')}
      </Text>
      <List size="sm">
        {changes.map((change, index) => (
          <List.Item key={index}>
            <span className="numbers">
              {codeOf(change.old_season, change.old_episode, change.old_absolute)} →{' '}
              {codeOf(change.new_season, change.new_episode, change.new_absolute)}
            </span>{' '}
            {change.title}{' '}
            <Text span size="xs" c="dimmed">
              {formatMoment(change.changed_at, i18n.language)}
            </Text>
          </List.Item>
        ))}
      </List>
      <OlderButton list={list} size="xs" label={t('files.older')} />
    </Folded>
  );
}

function codeOf(season: number, episode: number, absolute: number | null): string {
  return episodeCode(season, episode) + (absolute === null ? '' : ` (${absolute})`);
}
