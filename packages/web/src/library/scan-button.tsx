import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FolderSync } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { api } from '../session/api.ts';
import { scanQuery } from './scan.ts';

/** Scans the library folders now. */
export function ScanButton() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const scan = useQuery(scanQuery);
  const start = useMutation({
    mutationFn: () => api.anime.rescan(),
    onSuccess: (started) => client.setQueryData(keys.scan, started),
  });
  return (
    <Button
      variant="default"
      leftSection={<FolderSync size={17} aria-hidden />}
      loading={start.isPending || scan.data?.state === 'running'}
      onClick={() => start.mutate()}
    >
      {t('library.scan')}
    </Button>
  );
}
