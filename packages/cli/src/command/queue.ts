import { ItemState, type QueueItem, type QueueStatus } from '@aniworld/contracts';
import { Argument, type Command } from 'commander';
import { type Context, clientOf, print } from '../context.ts';
import { itemName } from '../item-name.ts';
import { table } from '../table.ts';

/** As many as fit a screen; all of them are at `aniworld queue items`. */
const ROWS = 50;

/**
 * `aniworld queue [STATE]`: how the queue is doing, and its items as a table. The state is no flag, because a group's flag would take
 * that of its operation: `queue items --state failed`.
 */
export function addQueue(group: Command, context: Context): void {
  const states = new Argument('[state]', 'only items in this state').choices(ItemState.options);
  group.addArgument(states).action(async (state?: ItemState) => {
    const { queue } = await clientOf(context);
    const { signal } = context;
    const [status, page] = await Promise.all([
      queue.status({}, { signal }),
      queue.items({ limit: ROWS, ...(state && { state }) }, { signal }),
    ]);
    print(context, describe(status));
    if (page.items.length > 0)
      print(context, table(['STATE', 'DONE', 'PRIORITY', 'EPISODE', 'ID'], page.items.map(rowOf)));
    if (page.next_cursor) print(context, 'There are more: "aniworld queue items" lists them all, page by page.');
  });
}

function describe({ running, paused, reason, counts, max_concurrent }: QueueStatus): string {
  const state = !running ? 'stopped' : paused ? 'paused' : 'running';
  const figures = [
    `${counts.downloading} of ${max_concurrent} downloading`,
    `${counts.pending} pending`,
    `${counts.completed} completed`,
    `${counts.failed} failed`,
  ];
  return `The queue is ${state}${reason ? ` (${reason})` : ''}: ${figures.join(', ')}.`;
}

function rowOf(item: QueueItem): string[] {
  const state = item.error_cause && item.state === 'failed' ? `failed: ${item.error_cause}` : item.state;
  return [state, `${Math.floor(item.percent)} %`, item.priority, itemName(item), item.id];
}
