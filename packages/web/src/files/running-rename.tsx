import type { Rename } from '@aniworld/contracts';
import { Progress, Stack, Text } from '@mantine/core';
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { LoadError } from '../pieces/load-error.tsx';
import { showDone } from '../pieces/toast.tsx';
import { renamingQuery } from './file-queries.ts';

const LOOK_MS = 1_000;

/** How far the running renaming is; when it ends, everything that shows names is read again. */
export function RunningRename({ id }: { id: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const rename = useQuery({
    ...renamingQuery(id),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && state.data.state !== 'running' ? false : LOOK_MS),
  });
  const ended = rename.data && rename.data.state !== 'running' ? rename.data : null;
  useEffect(() => {
    if (ended) finish(client, t('files.renameDone', { count: ended.done }), ended);
  }, [ended, client, t]);
  if (rename.isError) return <LoadError error={rename.error} onRetry={rename.refetch} />;
  const { done = 0, failed = 0, undoes = null } = rename.data ?? {};
  return (
    <Stack gap={6} className="raised" p="md">
      <Text size="sm" className="numbers" role="status">
        {t(undoes === null ? 'files.renaming' : 'files.undoing', { done })}
        {failed > 0 && ` ${t('files.stayed', { count: failed })}`}
      </Text>
      {/* Files are planned series by series: how many there will be, nobody knows. */}
      <Progress value={100} animated size="xs" aria-label={t('files.renameFiles')} />
    </Stack>
  );
}

function finish(client: QueryClient, text: string, { failed }: Rename): void {
  if (failed === 0) showDone(text);
  for (const queryKey of [keys.renames, keys.renamePlans, keys.files, keys.allSeries])
    void client.invalidateQueries({ queryKey });
}
