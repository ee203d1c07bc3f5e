import type { Task, TaskRun } from '@aniworld/contracts';
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { patchTask } from '../cache/task-patch.ts';
import { formatDuration } from '../format/duration.ts';
import { formatMoment } from '../format/moment.ts';
import { api } from '../session/api.ts';
import { scheduleText } from './schedule-text.ts';
import classes from './task.module.css';
import { useSecondsSince } from './use-seconds.ts';

/** One task: what it does, when it does it next, and how it went the last time. */
export function TaskRow({ task }: { task: Task }) {
  const { t } = useTranslation();
  const name = t(`tasks.names.${task.name}`);
  return (
    <li className={classes.task} data-task={task.name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="sm">
        <div>
          <Text fw={600}>{name}</Text>
          <Text size="sm" c="dimmed">
            {t(`tasks.what.${task.name}`)}
          </Text>
        </div>
        <RunButton task={task} name={name} />
      </Group>
      <dl className={`${classes.facts} numbers`}>
        <dt>{t('tasks.schedule')}</dt>
        <dd>
          <Schedule task={task} name={name} />
        </dd>
        <dt>{t('tasks.next')}</dt>
        <dd>{task.running_since ? <Running since={task.running_since} /> : <NextRun at={task.next_run_at} />}</dd>
        <dt>{t('tasks.last')}</dt>
        <dd>
          <div role="status">{task.last ? <LastRun run={task.last} /> : t('tasks.notYet')}</div>
        </dd>
      </dl>
    </li>
  );
}

function RunButton({ task, name }: { task: Task; name: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const run = useMutation({
    mutationFn: () => api.tasks.run({ name: task.name }),
    onSuccess: (begun) => patchTask(client, begun),
  });
  return (
    <Button
      variant="default"
      size="xs"
      flex="0 0 auto"
      leftSection={<Play size={14} aria-hidden />}
      aria-label={t('tasks.runOf', { name })}
      loading={run.isPending || task.running_since !== null}
      onClick={() => run.mutate()}
    >
      {t('tasks.run')}
    </Button>
  );
}

function Schedule({ task, name }: { task: Task; name: string }) {
  const { t, i18n } = useTranslation();
  return (
    <>
      {scheduleText(task.schedule, t, i18n.language)} ·{' '}
      <Link to="/config" hash={`tasks.${task.name}.schedule`} aria-label={t('tasks.changeOf', { name })}>
        {t('tasks.change')}
      </Link>
    </>
  );
}

function Running({ since }: { since: string }) {
  const { t } = useTranslation();
  const seconds = useSecondsSince(since);
  return (
    <Text span size="sm" c="var(--page-accent)" fw={600}>
      {t('tasks.running', { time: formatDuration(seconds) })}
    </Text>
  );
}

function NextRun({ at }: { at: string | null }) {
  const { t, i18n } = useTranslation();
  if (!at) return t('tasks.never');
  return Date.parse(at) <= Date.now() ? t('tasks.due') : <time dateTime={at}>{formatMoment(at, i18n.language)}</time>;
}

function LastRun({ run }: { run: TaskRun }) {
  const { t, i18n } = useTranslation();
  const time = run.seconds < 1 ? t('tasks.instant') : formatDuration(run.seconds);
  return (
    <>
      <Text span size="sm" fw={600} c={run.outcome === 'completed' ? undefined : 'var(--page-attention)'}>
        {t(`tasks.outcomes.${run.outcome}`)}
      </Text>{' '}
      {t('tasks.ran', { when: formatMoment(run.started_at, i18n.language), time })}
      {(run.error ?? run.result) && <div>{run.error ?? run.result}</div>}
    </>
  );
}
