import { Button, Group, Stack } from '@mantine/core';
import { useDebouncedValue, useMediaQuery } from '@mantine/hooks';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { Dialog } from '../pieces/dialog.tsx';
import type { ChosenSeries } from '../pieces/series-picker.tsx';
import { api } from '../session/api.ts';
import type { MatchInput, OpenFile } from './file-queries.ts';
import { MatchFields } from './match-fields.tsx';
import { type MatchForm, requestOf } from './match-form.ts';
import { MatchTrial } from './match-trial.tsx';
import { folderOf } from './path-text.ts';
import { useMatch } from './use-match.ts';

/** What the dialog begins with. */
export interface MatchStart {
  files: OpenFile[];
  series?: ChosenSeries;
  /** Not the file but everything in its folder. */
  wholeFolder?: boolean;
}

interface MatchDialogProps {
  start: MatchStart;
  onClose: () => void;
}

/** Says which series and episodes files hold. Shows what would come of it before it is stored. */
export function MatchDialog({ start, onClose }: MatchDialogProps) {
  const { t } = useTranslation();
  const small = useMediaQuery('(max-width: 620px)');
  const { files } = start;
  const [form, setForm] = useState(() => formFor(start));
  const request = useMemo(() => requestOf(form, files), [form, files]);
  const [asked] = useDebouncedValue(request, 250);
  const trial = useQuery({ ...trialQuery(asked), placeholderData: keepPreviousData });
  const match = useMatch();
  // Only what has been shown can be stored.
  const shown = request !== null && asked === request && trial.isSuccess && !trial.isPlaceholderData;
  const useful = shown && (form.remember || (trial.data?.changed ?? 0) > 0);
  const store = () => request && match.mutate(request, { onSuccess: onClose });
  return (
    <Dialog
      opened
      onClose={onClose}
      size="lg"
      fullScreen={small ?? false}
      title={t('files.matchTitle', { count: files.length })}
    >
      <Stack gap="md">
        <MatchFields files={files} form={form} onChange={(change) => setForm((known) => ({ ...known, ...change }))} />
        <MatchTrial trial={request ? trial : null} seriesId={form.series?.id ?? null} current={shown} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button disabled={!useful} loading={match.isPending} onClick={store}>
            {t(form.remember ? 'files.storeRule' : 'files.store')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function formFor({ files, series, wholeFolder }: MatchStart): MatchForm {
  return {
    folder: wholeFolder ? folderOf(files[0]?.path ?? '') : null,
    series: series ?? null,
    season: '',
    offset: 0,
    episodes: '',
    remember: Boolean(wholeFolder),
    scope: 'title',
  };
}

const trialQuery = (request: MatchInput | null) =>
  queryOptions({
    queryKey: keys.matchTrial(request),
    queryFn: ({ signal }) => api.anime.match({ ...request, dry_run: true }, { signal }),
    enabled: request !== null,
    // What it says is only true now.
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
