import type { Episode, Priority, QueueItem, Series } from '@aniworld/contracts';
import { Button, Group } from '@mantine/core';
import { Download, Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PrioritySelect } from '../pieces/priority-select.tsx';
import { SelectionBar } from '../pieces/selection-bar.tsx';
import { canQueue, episodeState } from './episode-state.ts';
import { useMonitorEpisodes } from './use-amend.ts';
import { useDownloadEpisodes } from './use-download.ts';

interface EpisodeSelectionProps {
  series: Series;
  /** Those that are chosen. */
  episodes: Episode[];
  items: Map<string, QueueItem>;
  onClear: () => void;
}

/** What to do with the chosen episodes; shown while there are any. */
export function EpisodeSelection({ series, episodes, items, onClear }: EpisodeSelectionProps) {
  const { t } = useTranslation();
  if (episodes.length === 0) return null;
  return (
    <SelectionBar text={t('series.selected', { count: episodes.length })} onClear={onClear}>
      <Monitoring seriesId={series.id} episodes={episodes.filter((one) => !one.monitored)} monitored />
      <Monitoring seriesId={series.id} episodes={episodes.filter((one) => one.monitored)} monitored={false} />
      <Downloading
        series={series}
        episodes={episodes.filter((one) => canQueue(episodeState(one, items.get(one.id))))}
        onDone={onClear}
      />
    </SelectionBar>
  );
}

interface MonitoringProps {
  seriesId: string;
  episodes: Episode[];
  monitored: boolean;
}

/** Monitors, or stops monitoring, those of the chosen ones that it can be done with; nothing where there is none. */
function Monitoring({ seriesId, episodes, monitored }: MonitoringProps) {
  const { t } = useTranslation();
  const monitor = useMonitorEpisodes(seriesId);
  const Icon = monitored ? Eye : EyeOff;
  if (episodes.length === 0) return null;
  return (
    <Button
      variant="default"
      leftSection={<Icon size={16} aria-hidden />}
      onClick={() => monitor.mutate({ episode_ids: episodes.map((one) => one.id), monitored })}
    >
      {t(monitored ? 'monitor.on' : 'monitor.off')}
    </Button>
  );
}

/** Queues those without a file; nothing where all are there. */
function Downloading({ series, episodes, onDone }: { series: Series; episodes: Episode[]; onDone: () => void }) {
  const { t } = useTranslation();
  const [priority, setPriority] = useState<Priority>(series.priority);
  const download = useDownloadEpisodes(series.id);
  if (episodes.length === 0) return null;
  return (
    <Group gap="xs" wrap="nowrap">
      <PrioritySelect value={priority} onChange={setPriority} />
      <Button
        loading={download.isPending}
        leftSection={<Download size={16} aria-hidden />}
        onClick={() => download.mutate({ episode_ids: episodes.map((one) => one.id), priority }, { onSuccess: onDone })}
      >
        {t('series.downloadSelected')}
      </Button>
    </Group>
  );
}
