import type { ApiClient, Realtime } from '@aniworld/sdk';
import type { Standalone } from '@aniworld/standalone';
import type { Screen } from './screen.ts';

/**
 * Ends a worker process with SIGKILL in the middle of a download and watches another one go on.
 * @returns true when the item was taken over by another lease and went on behind its last checkpoint
 */
export async function killWhileDownloading(
  system: Standalone,
  client: ApiClient,
  realtime: Realtime,
  screen: Screen,
): Promise<boolean> {
  const victim = await firstCheckpoint(system, client, realtime);
  process.kill(victim.pid, 'SIGKILL');
  screen.say(`  killed worker ${victim.worker} (SIGKILL) at ${victim.percent} % of ${victim.title}`);
  const taken = await nextLease(realtime, victim);
  screen.say(`  taken over by ${taken.worker}, goes on at ${taken.percent} %`);
  const { timeline } = await client.queue.get({ id: victim.id });
  const lost = timeline.some((entry) => entry.what === 'worker_lost');
  return lost && taken.bytes_done >= victim.bytes_done && taken.bytes_done > 0;
}

interface Victim {
  id: string;
  title: string | null;
  worker: string;
  pid: number;
  /** In the last checkpoint: what the next worker must not fetch again. */
  bytes_done: number;
  percent: number;
  epoch: number;
}

/** Waits until an item that one of our processes downloads has a checkpoint, and is not nearly done. */
function firstCheckpoint(system: Standalone, client: ApiClient, realtime: Realtime): Promise<Victim> {
  return new Promise((resolve, reject) => {
    let busy = false;
    const off = realtime.on('download_progress', async (data) => {
      if (busy || data.percent > 60) return;
      busy = true;
      try {
        const { item } = await client.queue.get({ id: data.id });
        const pid = system.replicas.find((replica) => item.worker?.includes(`-${replica.pid}-`))?.pid;
        if (item.state !== 'downloading' || item.bytes_done === 0 || item.percent > 60 || !pid || !item.worker) return;
        off();
        const { id, title, worker, bytes_done, percent } = item;
        resolve({ id, title, worker, pid, bytes_done, percent, epoch: data.lease_epoch });
      } catch (error) {
        reject(error);
      } finally {
        busy = false;
      }
    });
  });
}

/** The first bytes that the next lease of the item reports. */
function nextLease(
  realtime: Realtime,
  victim: Victim,
): Promise<{ worker: string; bytes_done: number; percent: number }> {
  return new Promise((resolve) => {
    const off = realtime.on('download_progress', (data) => {
      // Its first message repeats the stored row; the second one comes from the file that was opened.
      if (data.id !== victim.id || data.lease_epoch <= victim.epoch || data.sample < 3) return;
      off();
      resolve(data);
    });
  });
}
