import type { Task } from '@aniworld/contracts';
import type { Command } from 'commander';
import { type Context, clientOf, print } from '../context.ts';
import { momentText } from '../moment-text.ts';
import { table } from '../table.ts';

/** `aniworld tasks`: what the server does by itself, as a table. */
export function addTasks(group: Command, context: Context): void {
  group.action(async () => {
    const { tasks } = await clientOf(context);
    const { items } = await tasks.list({}, { signal: context.signal });
    print(context, table(['TASK', 'SCHEDULE', 'NEXT', 'LAST', 'RESULT'], items.map(rowOf)));
  });
}

function rowOf({ name, schedule, running_since, next_run_at, last }: Task): string[] {
  const next = running_since ? 'running' : next_run_at ? momentText(next_run_at) : '-';
  const result = last && [last.outcome, last.error ?? last.result].filter(Boolean).join(': ');
  return [name, schedule || 'when asked for', next, last ? momentText(last.started_at) : 'never', result ?? ''];
}
