import type { Task } from '@aniworld/contracts';
import type { QueryClient } from '@tanstack/react-query';
import { keys } from './keys.ts';
import { refreshSoon } from './refresh-soon.ts';

export interface TaskList {
  items: Task[];
}

/** Puts a task into the list that is shown; an ended backup is one more in theirs. */
export function patchTask(client: QueryClient, arrived: Task): void {
  client.setQueryData<TaskList>(
    keys.tasks,
    (list) =>
      list && {
        ...list,
        items: list.items.map((known) => (known.name === arrived.name ? newer(known, arrived) : known)),
      },
  );
  if (arrived.name === 'backup' && !arrived.running_since) refreshSoon(client, keys.backups);
}

/** The answer to "run now" may come after the message of the run's end. */
function newer(known: Task, arrived: Task): Task {
  const [knownAt, arrivedAt] = [changedAt(known), changedAt(arrived)];
  const isOlder = arrivedAt < knownAt || (arrivedAt === knownAt && arrived.running_since && !known.running_since);
  return isOlder ? known : arrived;
}

const changedAt = ({ running_since, last }: Task) => Date.parse(running_since ?? last?.finished_at ?? '') || 0;
