import type { SeriesDetails } from '@aniworld/contracts';
import { Badge, Group, Spoiler, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../format/bytes.ts';
import { formatDay } from '../format/day.ts';
import { Poster } from '../pieces/poster.tsx';
import { SeriesActions } from './series-actions.tsx';
import classes from './series-header.module.css';
import { SeriesLinks } from './series-links.tsx';

/** Poster, facts, overview and the actions on the whole series. */
export function SeriesHeader({ series }: { series: SeriesDetails }) {
  const { t } = useTranslation();
  useDocumentTitle(`${series.title} · ${t('app.name')}`);
  return (
    <section className={`raised ${classes.header}`}>
      <div className={classes.poster}>
        <Poster title={series.title} url={series.poster_url} label={t('library.posterOf', { title: series.title })} />
      </div>
      <div className={classes.title}>
        <Title order={1} size="h2">
          {series.title}
        </Title>
        <Facts series={series} />
      </div>
      <div className={classes.rest}>
        {series.overview && (
          <Spoiler maxHeight={76} showLabel={t('series.readMore')} hideLabel={t('series.readLess')}>
            <Text>{series.overview}</Text>
          </Spoiler>
        )}
        {series.synonyms.length > 0 && (
          <Text size="sm" c="dimmed">
            {t('series.synonyms', { names: series.synonyms.join(', ') })}
          </Text>
        )}
        <SeriesLinks series={series} />
        <SeriesActions series={series} />
      </div>
    </section>
  );
}

function Facts({ series }: { series: SeriesDetails }) {
  const { t, i18n } = useTranslation();
  const facts = [
    series.year,
    t(`series.status.${series.status}`),
    t('library.counts', { files: series.file_count, episodes: series.episode_count }),
    series.size > 0 && formatBytes(series.size, i18n.language),
    series.next_airing && t('facts.nextAiring', { date: formatDay(series.next_airing, i18n.language) }),
    t('series.from', { provider: series.provider }),
  ];
  return (
    <Group gap="xs" mt={4}>
      <Text size="sm" c="dimmed" className="numbers">
        {facts.filter(Boolean).join(' · ')}
      </Text>
      {series.missing_count > 0 && (
        <Badge color="kaki" variant="filled">
          {t('library.missing', { count: series.missing_count })}
        </Badge>
      )}
      {series.tags.map((tag) => (
        <Badge
          key={tag}
          variant="light"
          color="gray"
          renderRoot={(props) => <Link to="/" search={{ tag }} {...props} />}
          className={classes.tag}
        >
          {tag}
        </Badge>
      ))}
    </Group>
  );
}
