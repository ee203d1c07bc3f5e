import { queue } from '@aniworld/contracts';
import { seededSha256 } from '@aniworld/testing';
import type { FaultCase, FaultOutcome } from '../case.ts';
import { rounded } from '../quantile.ts';
import { Scene } from '../scene.ts';
import { judgeTakeOvers, takeOverFigures } from '../take-over.ts';

const MIB = 1024 * 1024;
const SIZE = 24 * MIB;
/** About two seconds for a file: slow enough to be hit, with buffers that stay nearly empty. */
const CAP = 3 * MIB;
/** Bytes that may be fetched a second time after a crash. */
const MOST_REFETCHED = 8 * MIB;
/** Short, because this case is about bytes; A01 measures the take-over with the real lease. */
const LEASE_SECONDS = 2;

/** A02: the worker dies at a random byte. */
export const segmentCrash: FaultCase = {
  id: 'A02',
  title: 'kill -9 in the middle of a segment, four connections, random points',
  limitMinutes: 20,
  async run(context) {
    const times = context.times ?? 50;
    await using scene = await Scene.open(context, { connections: 4 });
    await scene.workers.start(2, { leaseSeconds: LEASE_SECONDS, slots: 1 });
    const kills: Kill[] = [];
    for (let i = 0; i < times; i += 1) kills.push(await killOnce(scene, `kill-${i}`, context.random()));
    return judge(kills, await scene.check({ completed: times }));
  },
};

interface Kill {
  refetched: number;
  resumed: boolean;
  sameBytes: boolean;
  takeOverSeconds: number;
}

/** @param point in [0, 1): where in the file the worker dies */
async function killOnce(scene: Scene, name: string, point: number): Promise<Kill> {
  const { rig, workers } = scene;
  const begin = 2 * MIB + Math.floor(point * (SIZE - 4 * MIB));
  const [item] = await rig.enqueue({ name, seed: name, size: SIZE, perConnectionCap: CAP });
  await rig.origin.log.until((log) => log.bytesSent(name) >= begin);
  const { item: running } = await rig.bus.call(queue.get, { id: item!.id });
  workers.named(running.worker).signal('SIGKILL');
  const killedAt = Date.now();
  const before = rig.origin.log.of(name).length;
  const again = await scene.claimed(item!.id, 2);
  const done = await scene.ends(item!.id);
  const after = rig.origin.log.of(name).slice(before);
  return {
    refetched: rig.origin.log.refetched(name),
    resumed: after.length > 0 && after.every((entry) => entry.range !== undefined),
    sameBytes: done.sha256 === seededSha256(name, SIZE),
    takeOverSeconds: (again.at - killedAt) / 1_000,
  };
}

function judge(kills: Kill[], broken: string[]): FaultOutcome {
  const seconds = kills.map((kill) => kill.takeOverSeconds);
  const refetched = kills.map((kill) => kill.refetched);
  const worst = Math.max(...refetched);
  const same = kills.filter((kill) => kill.sameBytes).length;
  if (worst > MOST_REFETCHED) broken.push(`${worst} bytes were fetched again`);
  if (same < kills.length) broken.push(`I3: ${kills.length - same} files have other bytes`);
  broken.push(...judgeTakeOvers(seconds));
  const figures = {
    kills: kills.length,
    // The others died before their first checkpoint.
    resumed: kills.filter((kill) => kill.resumed).length,
    refetched_max_bytes: worst,
    refetched_mean_bytes: rounded(refetched.reduce((sum, bytes) => sum + bytes, 0) / kills.length, 0),
    ...takeOverFigures(seconds),
    lease_seconds: LEASE_SECONDS,
  };
  return { held: broken.length === 0, figures, broken };
}
