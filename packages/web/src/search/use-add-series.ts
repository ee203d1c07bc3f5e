import type { AppError } from '@aniworld/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { keys } from '../cache/keys.ts';
import { showDone } from '../pieces/toast.tsx';
import { api } from '../session/api.ts';
import type { Result } from './result-card.tsx';
import { searchQuery } from './search-query.ts';

/** Adds a find to the library and marks it in the results; undo takes it out again. */
export function useAddSeries(q: string) {
  const client = useQueryClient();
  const mark = (result: Result, series_id: string | null) =>
    client.setQueryData(searchQuery(q).queryKey, (found) => {
      const same = (one: Result) => one.provider === result.provider && one.ref === result.ref;
      return found && { ...found, results: found.results.map((one) => (same(one) ? { ...one, series_id } : one)) };
    });
  return useMutation({
    mutationFn: ({ provider, ref }: Result) => api.search.add({ provider, ref }),
    onSuccess: (series, result) => {
      mark(result, series.id);
      void client.invalidateQueries({ queryKey: keys.seriesLists });
      showDone(t('search.added', { title: series.title }), async () => {
        await api.anime.remove({ id: series.id });
        mark(result, null);
        await client.invalidateQueries({ queryKey: keys.seriesLists });
      });
    },
    onError: (error: AppError) => {
      // Somebody else added it meanwhile: the results say so after another search.
      if (error.code === 'SERIES_EXISTS') void client.invalidateQueries({ queryKey: searchQuery(q).queryKey });
    },
  });
}
