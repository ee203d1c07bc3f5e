import type { Priority } from '@aniworld/contracts';
import { Button, CloseButton, Group, Text } from '@mantine/core';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FloatingBar } from '../pieces/floating-bar.tsx';
import { PrioritySelect } from '../pieces/priority-select.tsx';
import { useDownloadEpisodes } from './use-download.ts';

interface SelectionBarProps {
  seriesId: string;
  chosen: ReadonlySet<string>;
  onClear: () => void;
}

/** What to do with the chosen episodes; shown while there are any. */
export function SelectionBar({ seriesId, chosen, onClear }: SelectionBarProps) {
  const { t } = useTranslation();
  const [priority, setPriority] = useState<Priority>('normal');
  const download = useDownloadEpisodes(seriesId);
  if (chosen.size === 0) return null;
  return (
    <FloatingBar>
      <Text fw={600} className="numbers" role="status">
        {t('series.selected', { count: chosen.size })}
      </Text>
      <Group gap="xs" ml="auto" wrap="nowrap">
        <PrioritySelect value={priority} onChange={setPriority} />
        <Button
          loading={download.isPending}
          leftSection={<Download size={16} aria-hidden />}
          onClick={() => download.mutate({ episode_ids: [...chosen], priority }, { onSuccess: onClear })}
        >
          {t('series.downloadSelected')}
        </Button>
        <CloseButton aria-label={t('series.clearSelection')} onClick={onClear} />
      </Group>
    </FloatingBar>
  );
}
