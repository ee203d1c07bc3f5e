import type { QueueStatus } from '@aniworld/contracts';
import { Alert, Group, Skeleton, Text, Tooltip } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { CirclePause, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { allItems } from '../cache/item-pages.ts';
import { formatSpeed } from '../format/bytes.ts';
import { formatDuration } from '../format/duration.ts';
import { LoadError } from '../pieces/load-error.tsx';
import { itemListQuery } from './item-list.ts';
import { useAllProgress } from './progress.ts';
import { QueueControls } from './queue-controls.tsx';
import { queueStatusQuery } from './queue-status.ts';
import classes from './status-bar.module.css';
import { throughput } from './throughput.ts';

/** How the queue is doing as a whole, and the buttons that start, stop and pause it. */
export function StatusBar() {
  const status = useQuery(queueStatusQuery);
  if (status.isPending) return <Skeleton height={78} radius="lg" aria-busy />;
  if (status.isError) return <LoadError error={status.error} onRetry={status.refetch} />;
  return (
    <>
      <section className={`raised ${classes.bar}`}>
        <StateSign status={status.data} />
        <Figures status={status.data} />
        <QueueControls status={status.data} />
      </section>
      <WhyIdle status={status.data} />
    </>
  );
}

function StateSign({ status }: { status: QueueStatus }) {
  const { t } = useTranslation();
  const state = !status.running ? 'stopped' : status.paused ? 'paused' : 'running';
  return (
    <Group gap={10} wrap="nowrap" role="status" className={classes.state} data-state={state}>
      <span className={classes.dot} aria-hidden />
      <Text fw={680} size="lg">
        {t(`queue.${state}`)}
      </Text>
    </Group>
  );
}

function Figures({ status }: { status: QueueStatus }) {
  const { t, i18n } = useTranslation();
  const running = allItems(useInfiniteQuery(itemListQuery('downloading')).data);
  const { speed, eta } = throughput(running, useAllProgress(), status.counts.pending);
  return (
    <dl className={`${classes.figures} numbers`}>
      <Figure label={t('queue.speed')} value={formatSpeed(speed, i18n.language)} />
      <Tooltip label={t('queue.etaHint')}>
        <Figure label={t('queue.eta')} value={eta === null ? '–' : formatDuration(eta)} />
      </Tooltip>
      <Figure label={t('queue.waiting')} value={status.counts.pending.toLocaleString(i18n.language)} />
      <Figure label={t('queue.atOnce')} value={`${status.counts.downloading} / ${status.max_concurrent}`} />
    </dl>
  );
}

function Figure({ label, value, ...rest }: { label: string; value: string } & React.ComponentProps<'div'>) {
  return (
    <div {...rest} className={classes.figure}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function WhyIdle({ status }: { status: QueueStatus }) {
  const { t } = useTranslation();
  if (status.running && !status.paused) return null;
  const hint = status.running ? t('queue.pausedHint') : t('queue.stoppedHint');
  return (
    <Alert
      color={status.reason ? 'kaki' : 'gray'}
      icon={status.reason ? <TriangleAlert size={18} aria-hidden /> : <CirclePause size={18} aria-hidden />}
    >
      {status.reason ? `${status.reason} ${hint}` : hint}
    </Alert>
  );
}
