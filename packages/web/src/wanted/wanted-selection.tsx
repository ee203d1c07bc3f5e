import type { Priority, WantedEpisode } from '@aniworld/contracts';
import { Button, CloseButton, Group, Text } from '@mantine/core';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FloatingBar } from '../pieces/floating-bar.tsx';
import { PrioritySelect } from '../pieces/priority-select.tsx';
import { useQueueEpisodes } from './use-queue-episodes.ts';

/** Queues the chosen episodes, of whichever series; shown while there are any. */
export function WantedSelection({ episodes, onClear }: { episodes: WantedEpisode[]; onClear: () => void }) {
  const { t } = useTranslation();
  const [priority, setPriority] = useState<Priority>('normal');
  const queue = useQueueEpisodes();
  if (episodes.length === 0) return null;
  return (
    <FloatingBar>
      <Text fw={600} className="numbers" role="status">
        {t('queue.selected', { count: episodes.length })}
      </Text>
      <Group gap="xs" ml="auto" wrap="nowrap">
        <PrioritySelect value={priority} onChange={setPriority} />
        <Button
          loading={queue.isPending}
          leftSection={<Download size={16} aria-hidden />}
          onClick={() => queue.mutate({ episodes, priority }, { onSuccess: onClear })}
        >
          {t('wanted.queueOne')}
        </Button>
        <CloseButton aria-label={t('series.clearSelection')} onClick={onClear} />
      </Group>
    </FloatingBar>
  );
}
