import type { QueueStatus } from '@aniworld/contracts';
import { Group, Skeleton, Text, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { formatSpeed } from '../format/bytes.ts';
import { formatDuration } from '../format/duration.ts';
import { LoadError } from '../pieces/load-error.tsx';
import { QueueControls } from './queue-controls.tsx';
import { queueStatusQuery, stateOf } from './queue-status.ts';
import { StatusNote } from './status-note.tsx';
import classes from './status-bar.module.css';

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
      <StatusNote status={status.data} />
    </>
  );
}

function StateSign({ status }: { status: QueueStatus }) {
  const { t } = useTranslation();
  const state = stateOf(status);
  return (
    <Group gap={10} wrap="nowrap" role="status" className={classes.state} data-state={state}>
      <span className={classes.dot} aria-hidden />
      <Text fw={680} fz={{ base: 'md', xs: 'lg' }}>
        {t(`queue.${state}`)}
      </Text>
    </Group>
  );
}

function Figures({ status }: { status: QueueStatus }) {
  const { t, i18n } = useTranslation();
  const { counts, average_speed } = status;
  // The workers' figures fade out for a while after the last download.
  const { speed, eta } = counts.downloading > 0 ? status : { speed: 0, eta: null };
  const average = average_speed > 0 ? formatSpeed(average_speed, i18n.language) : '–';
  return (
    <dl className={`${classes.figures} numbers`}>
      <Figure label={t('queue.speed')} value={formatSpeed(speed, i18n.language)} />
      <Tooltip label={t('queue.etaHint')} multiline maw={260}>
        <Figure label={t('queue.eta')} value={eta === null ? '–' : formatDuration(eta)} />
      </Tooltip>
      <Tooltip label={t('queue.averageSpeedHint')} multiline maw={260}>
        <Figure label={t('queue.averageSpeed')} value={average} />
      </Tooltip>
      <Figure label={t('queue.waiting')} value={counts.pending.toLocaleString(i18n.language)} />
      <Figure label={t('queue.atOnce')} value={`${counts.downloading} / ${status.max_concurrent}`} />
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
