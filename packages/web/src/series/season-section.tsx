import type { QueueItem, SeasonSummary } from '@aniworld/contracts';
import { Button, Collapse, Group, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ChevronDown, Download } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type EpisodeActions, EpisodeRow } from './episode-row.tsx';
import { EpisodeRows } from './episode-rows.tsx';
import { episodeState, type Season } from './episode-state.ts';
import { MonitorToggle } from './monitor-toggle.tsx';
import { useSeasonName } from './season-name.ts';
import classes from './season-section.module.css';
import { useMonitorEpisodes } from './use-amend.ts';
import { useDownloadMissing } from './use-download.ts';

interface SeasonSectionProps {
  seriesId: string;
  season: Season;
  summary: SeasonSummary;
  items: Map<string, QueueItem>;
  chosen: ReadonlySet<string>;
  unfolded: ReadonlySet<string>;
  actions: EpisodeActions;
  initiallyOpen: boolean;
  windowed: boolean;
}

/** One season, to be folded, with its episodes. */
export function SeasonSection({ seriesId, season, summary, initiallyOpen, ...list }: SeasonSectionProps) {
  const body = useId();
  const [open, fold] = useDisclosure(initiallyOpen);
  const missing = season.episodes.filter((episode) =>
    ['missing', 'failed'].includes(episodeState(episode, list.items.get(episode.id))),
  );
  const selectMissing = () =>
    list.actions.choose(
      missing.map((episode) => episode.id),
      true,
    );
  return (
    <section className="raised">
      <Group className={classes.head} justify="space-between" gap="xs">
        <SeasonTitle summary={summary} open={open} body={body} onToggle={fold.toggle} />
        <Group gap={4}>
          {missing.length > 0 && (
            <SeasonActions seriesId={seriesId} season={season.number} count={missing.length} onSelect={selectMissing} />
          )}
          <SeasonMonitor seriesId={seriesId} summary={summary} />
        </Group>
      </Group>
      {/* Folded ones cost nothing: of a long series most are. */}
      <Collapse expanded={open} id={body} keepMounted={false}>
        <Episodes season={season} {...list} />
      </Collapse>
    </section>
  );
}

type EpisodesProps = Pick<SeasonSectionProps, 'season' | 'items' | 'chosen' | 'unfolded' | 'actions' | 'windowed'>;

function Episodes({ season: { episodes }, items, chosen, unfolded, actions, windowed }: EpisodesProps) {
  return (
    <EpisodeRows count={episodes.length} keyOf={(index) => episodes[index]!.id} windowed={windowed}>
      {(index) => {
        const episode = episodes[index]!;
        return (
          <EpisodeRow
            episode={episode}
            item={items.get(episode.id)}
            selected={chosen.has(episode.id)}
            open={unfolded.has(episode.id)}
            actions={actions}
          />
        );
      }}
    </EpisodeRows>
  );
}

interface SeasonTitleProps {
  summary: SeasonSummary;
  open: boolean;
  body: string;
  onToggle: () => void;
}

function SeasonTitle({ summary, open, body, onToggle }: SeasonTitleProps) {
  const { t } = useTranslation();
  const name = useSeasonName();
  const { file_count: files, episode_count: episodes, missing_count: missing, monitored_count: monitored } = summary;
  const counts = [
    t('series.seasonCounts', { files, episodes }),
    missing > 0 && t('library.missing', { count: missing }),
    monitored < episodes && t('monitor.seasonCounts', { monitored, episodes }),
  ];
  return (
    <h2 className={classes.title}>
      <UnstyledButton onClick={onToggle} aria-expanded={open} aria-controls={body} className={classes.toggle}>
        <ChevronDown size={18} aria-hidden className={classes.chevron} data-open={open || undefined} />
        <span className={classes.name}>{name(summary.season)}</span>
        <Text span size="sm" c="dimmed" className="numbers">
          {counts.filter(Boolean).join(' · ')}
        </Text>
      </UnstyledButton>
    </h2>
  );
}

function SeasonMonitor({ seriesId, summary }: Pick<SeasonSectionProps, 'seriesId' | 'summary'>) {
  const { t } = useTranslation();
  const name = useSeasonName();
  const monitor = useMonitorEpisodes(seriesId);
  const { season, monitored_count, episode_count } = summary;
  return (
    <MonitorToggle
      label={t('monitor.season', { season: name(season) })}
      monitored={monitored_count === episode_count}
      onChange={(monitored) => monitor.mutate({ season, monitored })}
    />
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
    <>
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
    </>
  );
}
