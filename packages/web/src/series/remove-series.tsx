import type { Series } from '@aniworld/contracts';
import { Checkbox, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { formatBytes } from '../format/bytes.ts';
import { libraryConfigQuery } from '../library/library-config.ts';
import { Confirm } from '../pieces/confirm.tsx';
import { showDone } from '../pieces/toast.tsx';
import { api } from '../session/api.ts';

interface RemoveSeriesProps {
  series: Series;
  opened: boolean;
  onClose: () => void;
}

/** Asks before a series leaves the library, with or without its files, and says what becomes of those. */
export function RemoveSeries({ series, opened, onClose }: RemoveSeriesProps) {
  const { t, i18n } = useTranslation();
  const [files, setFiles] = useState(false);
  const remove = useRemove(series);
  const size = formatBytes(series.size, i18n.language);
  return (
    <Confirm
      opened={opened}
      title={t('series.removeTitle', { title: series.title })}
      action={files ? t('removal.removeAll') : t('action.remove')}
      color="red"
      loading={remove.isPending}
      onConfirm={() => remove.mutate({ files })}
      onClose={onClose}
    >
      <Text>{t('removal.hint', { title: series.title })}</Text>
      {series.file_count > 0 && (
        <Checkbox
          label={t('removal.files')}
          description={t('removal.filesCount', { count: series.file_count, size, folder: series.folder })}
          checked={files}
          onChange={(event) => setFiles(event.currentTarget.checked)}
        />
      )}
      <FilesFate series={series} files={files} />
    </Confirm>
  );
}

function FilesFate({ series: { folder }, files }: { series: Series; files: boolean }) {
  const { t } = useTranslation();
  const library = useQuery(libraryConfigQuery).data;
  if (!files) return <Text c="dimmed">{t('removal.stay', { folder })}</Text>;
  if (!library?.recycle) return <Text c="var(--page-attention)">{library && t('removal.forGood')}</Text>;
  const days = library.recycle_days;
  return (
    <Text>
      {days === 0 ? t('removal.recycledForever', { folder }) : t('removal.recycled', { folder, count: days })}
    </Text>
  );
}

function useRemove({ id, title }: Series) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ files }: { files: boolean }) => api.anime.remove({ id, files }),
    onSuccess: async (_, { files }) => {
      await navigate({ to: '/' });
      client.removeQueries({ queryKey: keys.series(id) });
      await client.invalidateQueries({ queryKey: keys.seriesLists });
      showDone(t(files ? 'removal.removedFiles' : 'series.removed', { title }));
    },
  });
}
