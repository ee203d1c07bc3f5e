import type { QueueItem } from '@aniworld/contracts';
import type { ProgressMap } from '../cache/newer.ts';

export interface Throughput {
  /** Bytes per second over all running downloads. */
  speed: number;
  /** Seconds until the queue is empty; null while nothing moves or no size is known. */
  eta: number | null;
}

/** Total speed, and the time left if what waits is as large on average as what is known. */
export function throughput(running: QueueItem[], progress: ProgressMap, waiting: number): Throughput {
  let speed = 0;
  let left = 0;
  const sizes: number[] = [];
  for (const item of running) {
    const live = progress[item.id];
    const total = live?.bytes_total ?? item.bytes_total;
    speed += live?.speed ?? 0;
    if (total === null) continue;
    sizes.push(total);
    left += Math.max(0, total - (live?.bytes_done ?? item.bytes_done));
  }
  if (speed === 0 || sizes.length === 0) return { speed, eta: null };
  const average = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  return { speed, eta: (left + waiting * average) / speed };
}
