import { Button, List, Text } from '@mantine/core';
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { Folded } from '../config/folded.tsx';
import { episodeCode } from '../format/episode-code.ts';
import { formatMoment } from '../format/moment.ts';
import { api } from '../session/api.ts';

const numberingQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: keys.numbering(id),
    queryFn: ({ pageParam, signal }) =>
      api.anime.numbering({ id, limit: 50, ...(pageParam && { cursor: pageParam }) }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** How the provider has renumbered the series' episodes; nothing when it never has. */
export function NumberingLog({ seriesId }: { seriesId: string }) {
  const { t, i18n } = useTranslation();
  const list = useInfiniteQuery(numberingQuery(seriesId));
  const changes = list.data?.pages.flatMap((page) => page.items) ?? [];
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
      {list.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          w="fit-content"
          loading={list.isFetching}
          onClick={() => list.fetchNextPage()}
        >
          {t('files.older')}
        </Button>
      )}
    </Folded>
  );
}

function codeOf(season: number, episode: number, absolute: number | null): string {
  return episodeCode(season, episode) + (absolute === null ? '' : ` (${absolute})`);
}
