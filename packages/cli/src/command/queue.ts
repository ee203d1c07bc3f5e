import { ItemState, type QueueItem, type QueueStatus } from '@aniworld/contracts';
import { Argument, type Command } from 'commander';
import { type Context, clientOf, print } from '../context.ts';
import { itemName } from '../item-name.ts';
import { speedText } from '../speed-text.ts';
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

function describe({ reason, counts, max_concurrent, speed, eta, ...gate }: QueueStatus): string {
  const state = !gate.running ? 'stopped' : gate.paused ? 'paused' : reason ? 'suspended' : 'running';
  const figures = [
    `${counts.downloading} of ${max_concurrent} downloading`,
    `${counts.pending} pending`,
    `${counts.completed} completed`,
    `${counts.failed} failed`,
    speed > 0 && speedText(speed),
    counts.downloading > 0 && eta !== null && `about ${Math.max(1, Math.ceil(eta / 60))} min left`,
  ].filter(Boolean);
  return `The queue is ${state}${reason ? ` (${reason})` : ''}: ${figures.join(', ')}.`;
}

function rowOf(item: QueueItem): string[] {
  return [stateOf(item), `${Math.floor(item.percent)} %`, item.priority, itemName(item), item.id];
}

function stateOf({ state, held, error_cause }: QueueItem): string {
  if (state === 'failed' && error_cause) return `failed: ${error_cause}`;
  return held && state === 'pending' ? 'held' : state;
}
