import type { Scene } from '../scene.ts';
import type { Band, End, State } from './model.ts';

/** Small enough that commands meet, large enough that there is an order. */
export const SLOTS = 3;
const LEAST_WAITING = 3;
const MOST_ENDED = 4;

interface Row {
  id: string;
  state: 'pending' | 'downloading' | End;
  priority: Band;
  held: boolean;
  epoch: number;
  expired: boolean;
}

interface Slots {
  paused: boolean;
  slots: number;
  host_slots: number;
  counted: Record<string, number>;
}

/** The state as the database has it, with what in it contradicts itself. */
export async function readState(scene: Scene): Promise<State & { broken: string[] }> {
  const rows = await scene.query<Row>(`
    select id, state, priority, held, lease_epoch::float8 as epoch, coalesce(lease_until < now(), false) as expired
    from downloader.item order by downloader.item.priority, rank, id`);
  const [rest] = await scene.query<Slots>(`
    select paused, (select count(*)::int from downloader.slot where item_id is not null) as slots,
      (select count(*)::int from downloader.host_slot where item_id is not null) as host_slots,
      (select jsonb_object_agg(state, n) from (
        select state, sum(n)::int as n from downloader.item_count group by 1
      ) counts) as counted
    from downloader.queue_state`);
  const { paused, slots, host_slots, counted } = rest!;
  const running = rows.filter((row) => row.state === 'downloading');
  const broken: string[] = [];
  if (slots !== running.length) broken.push(`I14: ${slots} slots for ${running.length} running items`);
  if (host_slots !== running.length)
    broken.push(`I14: ${host_slots} slots of hosts for ${running.length} running items`);
  for (const [state, n] of Object.entries(counted)) {
    const found = rows.filter((row) => row.state === state).length;
    if (found !== n) broken.push(`I1: ${n} items are counted as ${state}, and there are ${found}`);
  }
  const ended = rows.filter((row) => row.state !== 'downloading' && row.state !== 'pending');
  return {
    waiting: rows.filter((row) => row.state === 'pending'),
    running,
    ended: ended.map(({ id, priority, state }) => ({ id, priority, end: state as End })),
    paused,
    slots: SLOTS,
    places: new Map(rows.map(({ id }, i) => [id, i])),
    broken,
  };
}

/**
 * Between two rounds: not too much of the past, and now and then a lease that has run out.
 * @returns how many items should be added, so that there is enough to do
 */
export async function tidy(scene: Scene, random: () => number): Promise<number> {
  const [waiting] = await scene.query<{ n: number }>(`
    with gone as (
      delete from downloader.item where id in (
        select id from downloader.item where finished_at is not null order by finished_at desc offset ${MOST_ENDED}
      )
    ), expired as (
      update downloader.item set lease_until = now() - interval '1 second'
      where id = (select id from downloader.item where state = 'downloading' and ${random() < 0.4} order by random() limit 1)
    ), opened as (
      update downloader.queue_state set paused = paused and ${random() < 0.5}
    )
    select count(*)::int as n from downloader.item where state = 'pending'`);
  return Math.max(0, LEAST_WAITING - waiting!.n);
}
