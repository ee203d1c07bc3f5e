import type { Series } from '@aniworld/contracts';
import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CheckCheck, Download, Ellipsis, FilePen, RefreshCw, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { showDone } from '../pieces/toast.tsx';
import { api } from '../session/api.ts';
import { RemoveSeries } from './remove-series.tsx';
import { seriesItemsQuery } from './series-queries.ts';
import { useDownloadMissing } from './use-download.ts';

/** "Download all missing" first; looking for new episodes and removing behind the dots. */
export function SeriesActions({ series }: { series: Series }) {
  const { t } = useTranslation();
  const [removing, remove] = useDisclosure();
  const refresh = useRefresh(series);
  return (
    <Group gap="xs">
      <DownloadMissing series={series} />
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t('action.more', { name: series.title })}
            loading={refresh.isPending}
          >
            <Ellipsis size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<RefreshCw size={16} aria-hidden />} onClick={() => refresh.mutate()}>
            {t('series.refresh')}
          </Menu.Item>
          <Menu.Item
            renderRoot={(props) => <Link to="/files" search={{ tab: 'rename', series: series.id }} {...props} />}
            leftSection={<FilePen size={16} aria-hidden />}
          >
            {t('files.renameSeries')}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<Trash2 size={16} aria-hidden />} onClick={remove.open}>
            {t('series.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <RemoveSeries series={series} opened={removing} onClose={remove.close} />
    </Group>
  );
}

function DownloadMissing({ series }: { series: Series }) {
  const { t } = useTranslation();
  const download = useDownloadMissing(series.id);
  const missing = useNotQueued(series);
  const Icon = missing > 0 ? Download : CheckCheck;
  const rest = series.missing_count > 0 ? t('series.allQueued') : t('series.nothingMissing');
  return (
    <Button
      disabled={missing === 0}
      loading={download.isPending}
      leftSection={<Icon size={17} aria-hidden />}
      onClick={() => download.mutate({})}
    >
      {missing > 0 ? t('series.downloadAll', { count: missing }) : rest}
    </Button>
  );
}

/** How many missing episodes are not on their way yet. */
function useNotQueued(series: Series): number {
  const items = useQuery(seriesItemsQuery(series.id)).data ?? [];
  const open = items.filter((item) => item.state === 'pending' || item.state === 'downloading');
  return Math.max(0, series.missing_count - open.length);
}

function useRefresh(series: Series) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.anime.refresh({ id: series.id }),
    onSuccess: async (fresh) => {
      client.setQueryData(keys.series(series.id), fresh);
      showDone(t('series.refreshed'));
      await client.invalidateQueries({ queryKey: keys.episodes(series.id) });
    },
  });
}
