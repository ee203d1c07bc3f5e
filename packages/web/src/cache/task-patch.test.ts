import type { Task, TaskRun } from '@aniworld/contracts';
import { QueryClient } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { keys } from './keys.ts';
import { patchTask, type TaskList } from './task-patch.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 31, 3, 30, second)).toISOString();
const run = (from: number, to: number): TaskRun => ({
  ...{ started_at: at(from), finished_at: at(to), seconds: to - from },
  ...{ outcome: 'completed', result: 'Done.', error: null },
});
const task = (running: number | null, last: TaskRun | null): Task => ({
  ...{ name: 'backup', summary: '', schedule: '1d', time_zone: 'UTC' },
  ...{ running_since: running === null ? null : at(running), next_run_at: null, last },
});

function shownAfter(...arrivals: Task[]): Task | undefined {
  const client = new QueryClient();
  client.setQueryData<TaskList>(keys.tasks, { items: [task(null, run(0, 5))] });
  for (const arrived of arrivals) patchTask(client, arrived);
  return client.getQueryData<TaskList>(keys.tasks)?.items[0];
}

it('shows a run that began, and its end', () => {
  expect(shownAfter(task(10, run(0, 5)))).toEqual(task(10, run(0, 5)));
  expect(shownAfter(task(10, run(0, 5)), task(null, run(10, 12)))).toEqual(task(null, run(10, 12)));
});

it('keeps the end of a run when the news of its beginning comes later', () => {
  expect(shownAfter(task(null, run(10, 12)), task(10, run(0, 5)))).toEqual(task(null, run(10, 12)));
  expect(shownAfter(task(null, run(10, 10)), task(10, run(0, 5)))).toEqual(task(null, run(10, 10)));
});

it('leaves a list that was never read unread', () => {
  const client = new QueryClient();
  patchTask(client, task(10, null));
  expect(client.getQueryData(keys.tasks)).toBeUndefined();
});
