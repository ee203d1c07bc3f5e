import type { Series } from '@aniworld/contracts';
import { Button, Group, Modal, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { showDone } from '../pieces/toast.tsx';
import { api } from '../session/api.ts';

interface RemoveSeriesProps {
  series: Series;
  opened: boolean;
  onClose: () => void;
}

/** Asks before a series leaves the library, and says that its files stay. */
export function RemoveSeries({ series, opened, onClose }: RemoveSeriesProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => api.anime.remove({ id: series.id }),
    onSuccess: async () => {
      await navigate({ to: '/' });
      client.removeQueries({ queryKey: keys.series(series.id) });
      await client.invalidateQueries({ queryKey: keys.seriesLists });
      showDone(t('series.removed', { title: series.title }));
    },
  });
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('series.removeTitle', { title: series.title })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <Text mb="lg">{t('series.removeHint', { folder: series.folder })}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('action.cancel')}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t('action.remove')}
        </Button>
      </Group>
    </Modal>
  );
}
