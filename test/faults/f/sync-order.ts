import type { FaultCase } from '../case.ts';
import { Scene } from '../scene.ts';
import { notRun } from './disk.ts';
import { orderOf, readCalls } from './order.ts';
import { trace, whyNoStrace } from './trace.ts';

const SIZE = 12 * 1024 * 1024;
const CALLS = 'pwrite64,pwritev,fdatasync,fsync,link,linkat,rename,renameat,renameat2,write,writev,sendto,sendmsg';

/** F04: what is on the disk before the database says so, by the system calls of the worker. */
export const syncOrder: FaultCase = {
  id: 'F04',
  title: 'strace of every publish: data sync, map, file sync, name, folder sync, final row',
  async run(context) {
    const reason = await whyNoStrace();
    if (reason) return notRun(reason);
    const times = context.times ?? 6;
    await using scene = await Scene.open(context, { connections: 2 });
    const [worker] = await scene.workers.start(1, { leaseSeconds: 15, slots: 2 });
    const names = Array.from({ length: times }, (_, i) => `traced ${i}`);
    let ids: string[];
    let lines: readonly string[];
    {
      await using traced = await trace(worker!.pid, CALLS);
      const items = await scene.rig.enqueue(...names.map((name) => ({ name, seed: name, size: SIZE })));
      ids = items.map(({ id }) => id);
      await Promise.all(ids.map((id) => scene.ends(id, 120_000)));
      lines = traced.lines;
    }
    const calls = readCalls(lines);
    const orders = ids.map((id) => orderOf(calls, id, scene.rig.folder));
    const maps = orders.reduce((sum, order) => sum + order.maps, 0);
    const early = orders.reduce((sum, order) => sum + order.early, 0);
    const broken = orders.flatMap((order, i) => order.misplaced.map((sentence) => `${names[i]}: ${sentence}`));
    if (early > 0) broken.push(`${early} maps spoke of bytes that were not synced`);
    if (maps === 0) broken.push('no map was seen');
    broken.push(...(await scene.check({ completed: times })));
    const figures = { publishes: times, calls_seen: calls.length, maps_sent: maps, maps_too_early: early };
    return { held: broken.length === 0, figures, broken };
  },
};
