import { queue } from '@aniworld/contracts';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaultContext, FaultOutcome } from '../case.ts';
import { quantile, rounded } from '../quantile.ts';
import { Scene } from '../scene.ts';
import { until } from '../until.ts';

const MIB = 1024 * 1024;
const TIMES = 20;
const MOST_SECONDS = 2;

/** Cancels running downloads: each is over when its connection is closed and its part file is gone. */
export async function cancelRunning(context: FaultContext): Promise<Omit<FaultOutcome, 'held'>> {
  await using scene = await Scene.open(context);
  await scene.workers.start(2, { leaseSeconds: 15, slots: 2 });
  const seconds: number[] = [];
  for (let i = 0; i < TIMES; i += 1) seconds.push(await cancelOnce(scene, `cancelled-${i}`, context.random()));
  const broken = await scene.check({ completed: 0, cancelled: TIMES });
  const slowest = Math.max(...seconds);
  if (slowest > MOST_SECONDS) broken.push(`I13: a running download was cancelled after ${rounded(slowest, 2)} s`);
  const figures = {
    cancelled_while_running: TIMES,
    cancel_p95_seconds: rounded(quantile(seconds, 0.95), 2),
    cancel_max_seconds: rounded(slowest, 2),
  };
  return { figures, broken };
}

/** @param point in [0, 1): where in the file it is cancelled */
async function cancelOnce({ rig }: Scene, name: string, point: number): Promise<number> {
  const [item] = await rig.enqueue({ name, seed: name, size: 8 * MIB, perConnectionCap: 2 * MIB });
  await rig.origin.log.until((log) => log.bytesSent(name) >= 0.25 * MIB + point * 4 * MIB);
  const begun = performance.now();
  await rig.bus.call(queue.remove, { id: item!.id });
  await rig.origin.log.until((log) => log.of(name).every((entry) => entry.outcome !== 'open'));
  await until(`the part file of ${name} is gone`, async () => {
    const parts = await readdir(join(rig.folder, '.aniworld'));
    return !parts.some((part) => part.startsWith(item!.id));
  });
  return (performance.now() - begun) / 1_000;
}
