import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '@aniworld/chassis';
import { absentFile, fillBacklog, idleLoop } from '@aniworld/testing';
import { groupCompletions } from '../../services/downloader/src/completion.ts';
import { turnMs } from '../../services/downloader/src/crowd.ts';
import type { Leased } from '../../services/downloader/src/store/lease.ts';
import { claimItems } from '../../services/downloader/src/worker.ts';
import { lessIsBetter, median, percentile, type Row } from '../case.ts';
import { openQueue, type QueueDatabase, type Stage } from './stage.ts';

const WORKERS = 64;
const CONNECTIONS = 20;
/** Without turns, so that each connection is used and has planned its statements. */
const WARM_UP = 10;
const ROUNDS = 50;
const GOAL_MS = 5;

/**
 * How long a claim takes, from the asking to the commit with its event, when 64 workers hear of a resumed queue at once, and how
 * long until the last of them has its item: each waits for its turn before it asks. What they took is completed afterwards, so that
 * the next round finds the head of the index used up as in a long life.
 */
export async function claims(stage: Stage, log: Log, say: (text: string) => void): Promise<Row[]> {
  await using queue = await openQueue(stage, log, { max: CONNECTIONS });
  await fillBacklog(queue.execute, { ready: 1_000_000, delayed: 1_000_000, completed: 5_000_000 });
  say('filled');
  await queue.execute(`
    update queue_state set max_concurrent = ${WORKERS};
    insert into slot (n) select generate_series(1, ${WORKERS}) on conflict do nothing`);
  const times: number[] = [];
  const all: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const { each, ms } = await resumed(queue, round < WARM_UP ? () => 0 : turnMs);
    if (round < WARM_UP) continue;
    times.push(...each);
    all.push(ms);
  }
  const [p50, p99, most] = [percentile(times, 50), percentile(times, 99), Math.max(...times)];
  say(`claims: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, longest ${most.toFixed(2)} ms of ${times.length}`);
  return [
    lessIsBetter({
      case: 'p99 of a claim, 64 workers resumed at once; 1,000,000 pending, 1,000,000 delayed, 5,000,000 finished',
      ours: Math.round(p99 * 100) / 100,
      peer: GOAL_MS,
      peer_name: 'goal',
      unit: 'ms',
      goal: 1,
    }),
    lessIsBetter({
      case: 'until the last of the 64 has its item, of which most is its turn (no goal)',
      ours: Math.round(median(all)),
      peer: Math.round(turnMs(WORKERS - 1)),
      peer_name: 'its turn',
      unit: 'ms',
      goal: 0,
    }),
  ];
}

/** @returns how long the claims took and how long until the last was there, in milliseconds */
async function resumed(
  { db }: QueueDatabase,
  waitMs: (place: number) => number,
): Promise<{ each: number[]; ms: number }> {
  const heard = performance.now();
  const taken = await Promise.all(
    Array.from({ length: WORKERS }, async (_, n) => {
      await delay(waitMs(n));
      const begun = performance.now();
      let item: Leased | undefined;
      while (!item)
        [item] = await claimItems({ db, relay: idleLoop, worker: `worker-${n}`, tags: ['http'], leaseSeconds: 15 }, 1);
      return { item, ms: performance.now() - begun };
    }),
  );
  const ms = performance.now() - heard;
  const complete = groupCompletions({ db, relay: idleLoop, worker: 'bench' });
  await Promise.all(taken.map(({ item }) => complete(item, absentFile(item))));
  return { each: taken.map((one) => one.ms), ms };
}
