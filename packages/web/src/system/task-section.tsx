import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { LoadError } from '../pieces/load-error.tsx';
import { Section } from '../pieces/section.tsx';
import { tasksQuery } from './task-query.ts';
import { TaskRow } from './task-row.tsx';
import classes from './task.module.css';

/** What the server does by itself: when, how it went, and a way to have it done now. */
export function TaskSection() {
  const { t } = useTranslation();
  const { data: tasks, error, refetch } = useQuery(tasksQuery);
  const zone = tasks?.items[0]?.time_zone;
  const foreign = zone && zone !== Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Section title={t('tasks.title')}>
      <Text size="sm" c="dimmed">
        {t('tasks.intro')} {foreign && t('tasks.zone', { zone })}
      </Text>
      {error && !tasks && <LoadError error={error} onRetry={refetch} />}
      {!tasks && !error && <Skeleton height={560} radius="md" aria-busy />}
      {tasks && (
        <ul className={classes.tasks}>
          {tasks.items.map((task) => (
            <TaskRow key={task.name} task={task} />
          ))}
        </ul>
      )}
    </Section>
  );
}
