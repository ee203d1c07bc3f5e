import { type Backlog, fillBacklog } from '@aniworld/testing';
import type { FaultContext } from './case.ts';
import { openQueue } from './database.ts';
import type { Scene } from './scene.ts';

/** Fills the case's queue with a backlog. */
export async function fillQueue(scene: Scene, context: FaultContext, backlog: Backlog): Promise<void> {
  // Opening it makes its tables.
  await (await openQueue(scene.rig, context, { max: 1 })).destroy();
  await fillBacklog((statement) => scene.query(statement), backlog);
}

/** What has ended since the queue was filled. */
export interface Worked {
  completed?: number;
  failed?: number;
}

/**
 * Of a queue that was filled and then worked on, at rest: each item is accounted for (I1), none was claimed twice (I2), no
 * slot is occupied (I14). The rows have no history and no files of their own, so that the global checker can't read them.
 * @returns one sentence for each thing that does not hold
 */
export async function checkBacklog(scene: Scene, filled: Backlog, worked: Worked): Promise<string[]> {
  const { completed = 0, failed = 0 } = worked;
  const expected: Record<string, number> = {
    pending: filled.ready + filled.delayed - completed - failed,
    downloading: 0,
    completed: filled.completed + completed,
    failed,
    cancelled: 0,
  };
  const states = await scene.query<{ state: string; n: number; counted: number }>(`
    select s::text as state, (select count(*)::int from downloader.item where state = s) as n,
      (select coalesce(sum(n), 0)::int from downloader.item_count c where c.state = s) as counted
    from unnest(enum_range(null::downloader.item_state)) s`);
  const [rest] = await scene.query<{ twice: number; occupied: number }>(`
    select (select count(*)::int from (
        select from downloader.timeline group by item_id, what having count(*) > 1) t) as twice,
      (select count(*)::int from downloader.slot where item_id is not null) as occupied`);
  const broken = states.flatMap(({ state, n, counted }) => {
    if (n !== expected[state]) return [`I1: ${n} items are ${state}, not ${expected[state]}`];
    return n === counted ? [] : [`I1: ${n} items are ${state}, and ${counted} are counted`];
  });
  if (rest!.twice > 0) broken.push(`I2: ${rest!.twice} times the same happened to an item twice`);
  if (rest!.occupied > 0) broken.push(`I14: ${rest!.occupied} slots are occupied by nothing`);
  return broken;
}
