import type { Scan } from '@aniworld/contracts';
import { Alert, Button, Group, List, Progress, ScrollArea, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleStop, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { formatMoment } from '../format/moment.ts';
import { ScanButton } from '../library/scan-button.tsx';
import { scanQuery } from '../library/scan.ts';
import { LoadError } from '../pieces/load-error.tsx';
import { api } from '../session/api.ts';
import classes from './files.module.css';

const FIGURES = ['files', 'matched', 'unmatched', 'extras', 'removed', 'folders'] as const;

/** The running scan with a way to end it, or the last one with all that it found and could not read. */
export function ScanSection() {
  const { t, i18n } = useTranslation();
  const scan = useQuery(scanQuery);
  if (scan.isPending) return <Skeleton height={150} radius="lg" aria-busy />;
  if (scan.isError) return <LoadError error={scan.error} onRetry={scan.refetch} />;
  const { state, finished_at, problems } = scan.data;
  const running = state === 'running';
  const when = finished_at ? formatMoment(finished_at, i18n.language) : '';
  return (
    <section className={`raised ${classes.scan}`}>
      <Group justify="space-between" gap="sm">
        <Stack gap={0}>
          <Title order={2} size="h4">
            {t('files.scan')}
          </Title>
          <Text size="sm" c="dimmed" role="status">
            {t(`files.scanState.${state}`, { when })}
          </Text>
        </Stack>
        {running ? <CancelScan /> : <ScanButton />}
      </Group>
      <Progress
        value={running ? 100 : 0}
        animated={running}
        size="xs"
        aria-label={t('files.scan')}
        style={{ visibility: running ? 'visible' : 'hidden' }}
      />
      {state !== 'idle' && <Figures scan={scan.data} />}
      {problems.length > 0 && <Problems problems={problems} failed={state === 'failed'} />}
    </section>
  );
}

function CancelScan() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => api.anime.cancelScan(),
    // It may have ended by itself meanwhile: then the answer is no news, but the list is.
    onSettled: () => client.invalidateQueries({ queryKey: keys.scan }),
  });
  return (
    <Button
      variant="default"
      leftSection={<CircleStop size={17} aria-hidden />}
      loading={cancel.isPending}
      onClick={() => cancel.mutate()}
    >
      {t('files.cancelScan')}
    </Button>
  );
}

function Figures({ scan }: { scan: Scan }) {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <dl className={classes.figures}>
      {FIGURES.map((name) => (
        <div key={name}>
          <dt>{t(`files.figure.${name}`)}</dt>
          <dd className="numbers">{number.format(scan[name])}</dd>
        </div>
      ))}
    </dl>
  );
}

/** In full, but in a box of its own: a broken disk has as many problems as it has folders. */
function Problems({ problems, failed }: { problems: string[]; failed: boolean }) {
  const { t } = useTranslation();
  return (
    <Alert
      color={failed ? 'red' : 'kaki'}
      icon={<TriangleAlert size={18} aria-hidden />}
      title={t('files.problems', { count: problems.length })}
      py="xs"
    >
      <ScrollArea.Autosize
        mah={220}
        viewportProps={{ tabIndex: 0, 'aria-label': t('files.problemList'), role: 'group' }}
      >
        <List size="sm">
          {problems.map((problem, index) => (
            <List.Item key={index}>{problem}</List.Item>
          ))}
        </List>
      </ScrollArea.Autosize>
    </Alert>
  );
}
