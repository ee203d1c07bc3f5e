import { createLog, type Log } from '@aniworld/chassis';
import { queue } from '@aniworld/contracts';
import { type Replica, startReplica } from '@aniworld/standalone/replica';
import { freePort } from '@aniworld/standalone/ports';
import { type QueueRig, startQueueRig, watchEvent } from '@aniworld/testing';
import { type Bench, moreIsBetter, type Row } from './case.ts';
import { type Stage, startStage } from './queue/stage.ts';

/** The origin gives each connection so much: what scales is how many workers fetch at once. */
const BYTES_PER_SECOND = 512 * 1024;
const FILE_BYTES = 1024 * 1024;
/** For each worker, so that each of the runs takes about as long. */
const FILES = 15;
const COUNTS = [1, 2, 4, 8];
const GOAL = 7.5;

/**
 * 1, 2, 4 and 8 worker processes, each with one download at once over one connection, against an origin that caps each
 * connection. The peer is one process times the number: perfect scaling.
 */
export const scale: Bench = {
  name: 'scale',
  title: 'worker processes against an origin that caps each connection',
  async run(say) {
    const log = createLog({ service: 'bench', level: 'warn', out: process.stderr });
    await using stage = await startStage(log);
    const rows: Row[] = [];
    let single = 0;
    for (const count of COUNTS) {
      const rate = await filesPerMinute(stage, log, count);
      single ||= rate;
      say(`${count} processes: ${rate} files a minute, ${(rate / single).toFixed(2)}x`);
      rows.push(
        moreIsBetter({
          case: `${count} worker processes`,
          ours: rate,
          peer: single,
          peer_name: '1 process',
          unit: 'files/min',
          goal: (count * GOAL) / 8,
        }),
      );
    }
    return rows;
  },
};

async function filesPerMinute(stage: Stage, log: Log, count: number): Promise<number> {
  await using rig = await startQueueRig({
    natsUrl: stage.natsUrl,
    server: stage.postgresUrl,
    queue: { connections: 1, max_concurrent: count, host_max_concurrent: count },
  });
  await using stack = new AsyncDisposableStack();
  const workers = await Promise.all(Array.from({ length: count }, (_, i) => startWorker(rig, log, i)));
  for (const worker of workers) stack.use(worker);
  await Promise.all(workers.map((worker) => worker.ready));
  await using completed = watchEvent(rig.bus, queue.completed);
  await rig.bus.call(queue.pause, {});
  const files = Array.from({ length: count * FILES }, (_, i) => ({
    name: `${i}`,
    seed: i,
    size: FILE_BYTES,
    perConnectionCap: BYTES_PER_SECOND,
  }));
  await rig.enqueue(...files);
  const begun = performance.now();
  await rig.bus.call(queue.resume, {});
  const ended = new Set<string>();
  await completed.next(({ item }) => ended.add(item.id).size === files.length, 120_000);
  return tenths((files.length * 60_000) / (performance.now() - begun));
}

async function startWorker({ environment }: QueueRig, log: Log, index: number): Promise<Replica> {
  const own = { WORKER_NAME: `worker-${index + 1}`, WORKER_SLOTS: '1', HEALTH_PORT: String(await freePort()) };
  return startReplica('downloader', { ...environment, ...own }, log);
}

const tenths = (rate: number) => Math.round(rate * 10) / 10;
