import type { SeriesChange, SeriesFilter } from '@aniworld/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { showDone } from '../pieces/toast.tsx';
import { api } from '../session/api.ts';

/** The server takes so many ids at once. */
const BATCH = 1_000;

export type Target = { ids: string[] } | { filter: SeriesFilter };

/** Changes many series in the same way. */
export function useChangeMany() {
  const { t } = useTranslation();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ target, change }: { target: Target; change: SeriesChange }) => changeMany(target, change),
    onSuccess: (count) => showDone(count === 0 ? t('shelf.changedNone') : t('shelf.changed', { count })),
    // Also after a failure: some may have been changed before it.
    onSettled: () => client.invalidateQueries({ queryKey: keys.allSeries }),
  });
}

async function changeMany(target: Target, change: SeriesChange): Promise<number> {
  if ('filter' in target) return (await api.anime.updateMany({ ...target, ...change })).count;
  let count = 0;
  for (let from = 0; from < target.ids.length; from += BATCH) {
    const ids = target.ids.slice(from, from + BATCH);
    count += (await api.anime.updateMany({ ids, ...change })).count;
  }
  return count;
}
