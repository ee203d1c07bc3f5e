import { AppConfig, type TaskName } from '@aniworld/contracts';
import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { formatMoment } from '../format/moment.ts';
import { api } from '../session/api.ts';
import { scheduleText } from '../system/schedule-text.ts';
import { tasksQuery } from '../system/task-query.ts';
import type { ConfigFields } from './config-fields.ts';
import { issueText } from './issue-text.ts';

interface ScheduleFieldProps {
  form: ConfigFields;
  name: TaskName;
}

/** Asked for so long after the last key. */
const PAUSE_MS = 250;

/** When one task runs: what is typed in words, and what is wrong with it, while it is typed. */
export function ScheduleField({ form, name }: ScheduleFieldProps) {
  const { t } = useTranslation();
  const path = `tasks.${name}.schedule`;
  const { schedule } = form.values.tasks[name];
  const problem = useProblem(name, schedule);
  const words = useWords(form, name);
  return (
    <TextInput
      label={t(`tasks.names.${name}`)}
      description={problem ? undefined : words}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      spellCheck={false}
      autoComplete="off"
      {...form.getInputProps(path)}
      error={form.errors[path] ?? problem}
    />
  );
}

/** The schedule in words; with the next run while it is the one in force. */
function useWords(form: ConfigFields, name: TaskName): string {
  const { t, i18n } = useTranslation();
  const task = useQuery(tasksQuery).data?.items.find((one) => one.name === name);
  const { tasks, library } = form.values;
  const { schedule } = tasks[name];
  const minutes = library.scan_interval_minutes;
  const byLibrary = name === 'rescan' && schedule === '';
  const inForce = byLibrary ? (minutes > 0 ? `${minutes}m` : '') : schedule;
  const words = scheduleText(inForce, t, i18n.language);
  const shown = byLibrary ? t('config.rescanEmpty', { schedule: words }) : words;
  if (task?.schedule !== inForce || !task.next_run_at) return shown;
  return t('config.nextRun', { schedule: shown, when: formatMoment(task.next_run_at, i18n.language) });
}

/** What the pattern refuses, at once; whether fields of cron make sense, the server says. */
function useProblem(name: TaskName, schedule: string): string | undefined {
  const [asked] = useDebouncedValue(schedule, PAUSE_MS);
  const wrong = patternProblem(name, schedule);
  const { data } = useQuery({
    queryKey: keys.schedule(name, asked),
    queryFn: ({ signal }) => api.config.validate({ config: { tasks: { [name]: { schedule: asked } } } }, { signal }),
    enabled: asked.includes(' ') && patternProblem(name, asked) === undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const told = asked === schedule && data?.problems.find(({ path }) => path === `tasks.${name}.schedule`);
  return wrong ?? (told ? told.message : undefined);
}

function patternProblem(name: TaskName, schedule: string): string | undefined {
  const issue = AppConfig.shape.tasks.safeParse({ [name]: { schedule } }).error?.issues[0];
  return issue && issueText(issue);
}
