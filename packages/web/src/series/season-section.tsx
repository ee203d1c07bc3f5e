import type { QueueItem } from '@aniworld/contracts';
import { Button, Collapse, Group, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ChevronDown, Download } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { EpisodeRow } from './episode-row.tsx';
import { EpisodeRows } from './episode-rows.tsx';
import { canQueue, type EpisodeState, episodeState, type Season } from './episode-state.ts';
import classes from './season-section.module.css';
import { useDownloadMissing } from './use-download.ts';

interface SeasonSectionProps {
  seriesId: string;
  season: Season;
  items: Map<string, QueueItem>;
  chosen: ReadonlySet<string>;
  onChoose: (ids: string[], on: boolean) => void;
  initiallyOpen: boolean;
}

/** One season, to be folded, with its episodes. */
export function SeasonSection({ seriesId, season, items, chosen, onChoose, initiallyOpen }: SeasonSectionProps) {
  const body = useId();
  const [open, fold] = useDisclosure(initiallyOpen);
  const states = season.episodes.map((episode) => episodeState(episode, items.get(episode.id)));
  const missing = season.episodes.filter((_, index) => states[index] === 'missing' || states[index] === 'failed');
  const selectMissing = () =>
    onChoose(
      missing.map((episode) => episode.id),
      true,
    );
  return (
    <section className="raised">
      <Group className={classes.head} justify="space-between" gap="xs">
        <SeasonTitle season={season} open={open} body={body} onToggle={fold.toggle} />
        {missing.length > 0 && (
          <SeasonActions seriesId={seriesId} season={season.number} count={missing.length} onSelect={selectMissing} />
        )}
      </Group>
      <Collapse expanded={open} id={body}>
        <Episodes season={season} states={states} items={items} chosen={chosen} onChoose={onChoose} />
      </Collapse>
    </section>
  );
}

type EpisodesProps = Pick<SeasonSectionProps, 'season' | 'items' | 'chosen' | 'onChoose'> & { states: EpisodeState[] };

function Episodes({ season, states, items, chosen, onChoose }: EpisodesProps) {
  return (
    <EpisodeRows count={season.episodes.length}>
      {(index) => {
        const episode = season.episodes[index]!;
        return (
          <EpisodeRow
            key={episode.id}
            episode={episode}
            item={items.get(episode.id)}
            selectable={canQueue(states[index]!)}
            selected={chosen.has(episode.id)}
            onSelect={(on) => onChoose([episode.id], on)}
          />
        );
      }}
    </EpisodeRows>
  );
}

interface SeasonTitleProps {
  season: Season;
  open: boolean;
  body: string;
  onToggle: () => void;
}

function SeasonTitle({ season, open, body, onToggle }: SeasonTitleProps) {
  const { t } = useTranslation();
  const files = season.episodes.filter((episode) => episode.file).length;
  return (
    <h2 className={classes.title}>
      <UnstyledButton onClick={onToggle} aria-expanded={open} aria-controls={body} className={classes.toggle}>
        <ChevronDown size={18} aria-hidden className={classes.chevron} data-open={open || undefined} />
        <span>{season.number === 0 ? t('series.specials') : t('series.season', { number: season.number })}</span>
        <Text span size="sm" c="dimmed" className="numbers">
          {t('series.seasonCounts', { files, episodes: season.episodes.length })}
        </Text>
      </UnstyledButton>
    </h2>
  );
}

interface SeasonActionsProps {
  seriesId: string;
  season: number;
  count: number;
  onSelect: () => void;
}

function SeasonActions({ seriesId, season, count, onSelect }: SeasonActionsProps) {
  const { t } = useTranslation();
  const download = useDownloadMissing(seriesId);
  return (
    <Group gap={4}>
      <Button size="compact-sm" variant="subtle" color="gray" onClick={onSelect}>
        {t('series.selectSeason')}
      </Button>
      <Button
        size="compact-sm"
        variant="light"
        loading={download.isPending}
        leftSection={<Download size={14} aria-hidden />}
        onClick={() => download.mutate({ season })}
      >
        {t('series.downloadSeason', { count })}
      </Button>
    </Group>
  );
}
