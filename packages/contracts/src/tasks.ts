import { z } from 'zod';
import { event, rpc } from './define.ts';
import { Empty, Timestamp } from './shared.ts';

/** What the server does by itself from time to time. */
export const TaskName = z.enum(['rescan', 'refresh', 'auto_download', 'backup', 'cleanup']);
export type TaskName = z.output<typeof TaskName>;

export const TaskRun = z
  .object({
    started_at: Timestamp,
    finished_at: Timestamp,
    seconds: z.number().min(0),
    outcome: z
      .enum(['completed', 'failed', 'timed_out', 'interrupted'])
      .meta({ description: 'interrupted: the server stopped; it is done again' }),
    result: z.string().nullable().meta({ description: 'What was done, in a sentence' }),
    error: z.string().nullable().meta({ description: 'Why it was not done' }),
  })
  .meta({ id: 'TaskRun' });
export type TaskRun = z.output<typeof TaskRun>;

export const Task = z
  .object({
    name: TaskName,
    summary: z.string(),
    schedule: z.string().meta({ description: 'The one in force; empty: only when asked for' }),
    time_zone: z.string().meta({ description: 'Whose hours the schedule means' }),
    running_since: Timestamp.nullable(),
    next_run_at: Timestamp.nullable().meta({ description: 'Null while it runs and when nothing is scheduled' }),
    last: TaskRun.nullable(),
  })
  .meta({ id: 'Task' });
export type Task = z.output<typeof Task>;

export const tasks = {
  list: rpc('tasks.list', {
    summary: 'What the server does by itself: when last, with what result, and when next',
    http: { method: 'get', path: '/tasks', access: 'read' },
    request: Empty,
    reply: z.object({ items: z.array(Task) }),
  }),
  run: rpc('tasks.run', {
    summary: 'Run a task now',
    http: { method: 'post', path: '/tasks/{name}/run', status: 202, access: 'write' },
    request: z.object({
      name: z
        .string()
        .max(100)
        .meta({ description: `One of ${TaskName.options.join(', ')}` }),
    }),
    reply: Task,
    errors: ['TASK_NOT_FOUND', 'TASK_RUNNING'],
  }),
  changed: event('tasks.changed', {
    summary: 'A task has begun or ended',
    delivery: 'live',
    room: 'system',
    type: 'task_changed',
    data: Task,
  }),
};
