import type { Priority, WantedEpisode } from '@aniworld/contracts';
import { Button } from '@mantine/core';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PrioritySelect } from '../pieces/priority-select.tsx';
import { SelectionBar } from '../pieces/selection-bar.tsx';
import { useQueueEpisodes } from './use-queue-episodes.ts';

/** Queues the chosen episodes, of whichever series; shown while there are any. */
export function WantedSelection({ episodes, onClear }: { episodes: WantedEpisode[]; onClear: () => void }) {
  const { t } = useTranslation();
  const [priority, setPriority] = useState<Priority>('normal');
  const queue = useQueueEpisodes();
  if (episodes.length === 0) return null;
  return (
    <SelectionBar text={t('queue.selected', { count: episodes.length })} onClear={onClear}>
      <PrioritySelect value={priority} onChange={setPriority} />
      <Button
        loading={queue.isPending}
        leftSection={<Download size={16} aria-hidden />}
        onClick={() => queue.mutate({ episodes, priority }, { onSuccess: onClear })}
      >
        {t('wanted.queueOne')}
      </Button>
    </SelectionBar>
  );
}
