import type { SeriesEvent } from '@aniworld/contracts';
import { Collapse, Skeleton, Stack, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { useId, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { allItems, paged, pageOf } from '../cache/pages.ts';
import { episodeCode } from '../format/episode-code.ts';
import { LoadError } from '../pieces/load-error.tsx';
import { OlderButton } from '../pieces/older-button.tsx';
import { Timeline, type TimelineLine } from '../pieces/timeline.tsx';
import { api } from '../session/api.ts';
import { episodesOf, eventText } from './event-text.ts';
import classes from './season-section.module.css';
import { episodesQuery } from './series-queries.ts';

const seriesTimelineQuery = (id: string) =>
  infiniteQueryOptions({
    ...paged,
    queryKey: keys.seriesTimeline(id),
    queryFn: ({ pageParam, signal }) => api.anime.timeline({ id, ...pageOf(pageParam, 30) }, { signal }),
  });

/** What happened to the series, the newest first; folded, and not read before somebody asks. */
export function SeriesTimeline({ id }: { id: string }) {
  const { t } = useTranslation();
  const body = useId();
  const [open, fold] = useDisclosure();
  return (
    <section className="raised">
      <div className={classes.head}>
        <h2 className={classes.title}>
          <UnstyledButton onClick={fold.toggle} aria-expanded={open} aria-controls={body} className={classes.toggle}>
            <ChevronDown size={18} aria-hidden className={classes.chevron} data-open={open || undefined} />
            {t('happened.title')}
          </UnstyledButton>
        </h2>
      </div>
      <Collapse expanded={open} id={body}>
        <Stack px="md" pb="md">
          {open && <Events id={id} />}
        </Stack>
      </Collapse>
    </section>
  );
}

function Events({ id }: { id: string }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(seriesTimelineQuery(id));
  const episodes = useQuery(episodesQuery(id)).data;
  const codes = useMemo(
    () => new Map(episodes?.map((one) => [one.id, episodeCode(one.season, one.episode)])),
    [episodes],
  );
  if (list.isPending) return <Skeleton height={140} aria-busy />;
  if (list.isError) return <LoadError error={list.error} onRetry={list.refetch} />;
  const line = (event: SeriesEvent): TimelineLine => ({
    at: event.at,
    ...eventText(event),
    note: episodesOf(event, codes),
    trouble: event.what === 'files_lost',
  });
  return (
    <>
      <Timeline lines={allItems(list.data).map(line)} backwards />
      <OlderButton list={list} label={t('happened.older')} />
    </>
  );
}
