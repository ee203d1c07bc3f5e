import { queue } from '@aniworld/contracts';
import { type Replica, startReplica } from '@aniworld/standalone/replica';
import { type QueueRig, seededSha256, startQueueRig, type Watch, watchEvent } from '@aniworld/testing';
import type { FaultCase, FaultContext, FaultOutcome } from './case.ts';
import { checkInvariants } from './checker.ts';

const MIB = 1024 * 1024;
const SIZE = 24 * MIB;
/** About two seconds for a file: slow enough to be hit, with buffers that stay nearly empty. */
const CAP = 3 * MIB;
/** Bytes that may be fetched a second time after a crash. */
const MOST_REFETCHED = 8 * MIB;
/** Short, because this case is about bytes; A01 measures the take-over with the real lease. */
const LEASE_SECONDS = '2';

type Completed = Watch<(typeof queue.completed)['data']['_output']>;

const a02: FaultCase = {
  id: 'A02',
  title: 'kill -9 in the middle of a segment, four connections, random points',
  async run(context) {
    const times = context.times ?? 50;
    await using rig = await startQueueRig({
      natsUrl: context.servers.natsUrl,
      server: context.servers.postgresUrl,
      queue: { connections: 4 },
    });
    await using completed = watchEvent(rig.bus, queue.completed);
    await using workers = new Workers(rig, context);
    const kills: Kill[] = [];
    for (let i = 0; i < times; i += 1)
      kills.push(await killOnce(rig, workers, completed, `kill-${i}`, context.random()));
    await workers[Symbol.asyncDispose]();
    return judge(kills, await checkInvariants(rig, { completed: times }));
  },
};

interface Kill {
  refetched: number;
  resumed: boolean;
  sameBytes: boolean;
  seconds: number;
}

/** @param point in [0, 1): where in the file the worker dies */
async function killOnce(
  rig: QueueRig,
  workers: Workers,
  completed: Completed,
  name: string,
  point: number,
): Promise<Kill> {
  await workers.fill(2);
  const begin = 2 * MIB + Math.floor(point * (SIZE - 4 * MIB));
  const [item] = await rig.enqueue({ name, seed: name, size: SIZE, perConnectionCap: CAP });
  await rig.origin.log.until((log) => log.bytesSent(name) >= begin);
  const { item: running } = await rig.bus.call(queue.get, { id: item!.id });
  workers.kill(running.worker);
  const killedAt = performance.now();
  const before = rig.origin.log.of(name).length;
  const done = await completed.next((data) => data.item.id === item!.id, 60_000);
  const after = rig.origin.log.of(name).slice(before);
  return {
    refetched: rig.origin.log.refetched(name),
    resumed: after.length > 0 && after.every((entry) => entry.range !== 'bytes=0-'),
    sameBytes: done.sha256 === seededSha256(name, SIZE),
    seconds: (performance.now() - killedAt) / 1_000,
  };
}

function judge(kills: Kill[], broken: string[]): FaultOutcome {
  const refetched = Math.max(...kills.map((kill) => kill.refetched));
  const resumed = kills.filter((kill) => kill.resumed).length;
  const same = kills.filter((kill) => kill.sameBytes).length;
  const slowest = Math.max(...kills.map((kill) => kill.seconds));
  if (refetched > MOST_REFETCHED) broken.push(`${refetched} bytes were fetched again`);
  if (same < kills.length) broken.push(`I3: ${kills.length - same} files have other bytes`);
  const figures = {
    kills: kills.length,
    // The others died before their first checkpoint.
    resumed,
    refetched_max_bytes: refetched,
    refetched_mean_bytes: Math.round(kills.reduce((sum, kill) => sum + kill.refetched, 0) / kills.length),
    slowest_seconds_to_the_end: Math.round(slowest * 10) / 10,
    lease_seconds: Number(LEASE_SECONDS),
  };
  return { held: broken.length === 0, figures, broken };
}

/** Worker processes by their names; those that were killed come back by themselves. */
class Workers implements AsyncDisposable {
  readonly #rig: QueueRig;
  readonly #context: FaultContext;
  readonly #replicas: Replica[] = [];

  constructor(rig: QueueRig, context: FaultContext) {
    this.#rig = rig;
    this.#context = context;
  }

  async fill(size: number): Promise<void> {
    while (this.#replicas.length < size) {
      const environment = { ...this.#rig.environment, LEASE_SECONDS, LOG_LEVEL: 'info' };
      const replica = startReplica('downloader', environment, this.#context.log);
      this.#replicas.push(replica);
      await replica.ready;
    }
  }

  kill(worker: string | null): void {
    const replica = this.#replicas.find(({ pid }) => worker?.includes(`-${pid}-`));
    if (!replica?.pid) throw new Error(`no process of ours is the worker ${worker}`);
    process.kill(replica.pid, 'SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#replicas.splice(0).map((replica) => replica[Symbol.asyncDispose]()));
  }
}

export const cases = [a02];
