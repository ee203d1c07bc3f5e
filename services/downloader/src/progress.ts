import type { Bus } from '@aniworld/chassis';
import { type DownloadProgress, queue } from '@aniworld/contracts';
import type { Leased } from './store/lease.ts';

/** At most four messages a second for each item. */
const EVERY_MS = 250;
/** The speed is smoothed over about this time. */
const SMOOTHING_SECONDS = 3;

/** Tells of a running download's bytes, live. */
export interface Progress extends Disposable {
  /** @param bytes just written; @param total null while unknown */
  written(done: number, total: number | null, bytes: number): void;
  /** Bytes per second over the last seconds. */
  readonly speed: number;
}

/** @param signal aborted when the download is to end: from then on somebody else may tell of the item */
export function trackProgress(bus: Bus, item: Leased, worker: string, signal: AbortSignal): Progress {
  const meter = createMeter();
  let state = { done: item.bytes_done, total: item.bytes_total };
  let sample = 0;
  const send = () => {
    if (signal.aborted) return;
    bus.publish(queue.progress, message(item, worker, { ...state, speed: meter.speed(), sample: (sample += 1) }));
  };
  const timer = setInterval(send, EVERY_MS);
  return {
    written(done, total, bytes) {
      state = { done, total };
      meter.add(bytes);
    },
    get speed() {
      return meter.speed();
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      // What ended within the first interval is told by its end alone.
      if (sample > 0) send();
    },
  };
}

function message(
  item: Leased,
  worker: string,
  now: { done: number; total: number | null; speed: number; sample: number },
): DownloadProgress {
  const left = now.total === null ? null : now.total - now.done;
  return {
    id: item.id,
    series_id: item.series_id,
    episode_id: item.episode_id,
    state: 'downloading',
    bytes_done: now.done,
    bytes_total: now.total,
    percent: now.total ? Math.min(100, Math.round((now.done / now.total) * 1_000) / 10) : 0,
    speed: Math.round(now.speed),
    eta: left === null || now.speed < 1 ? null : Math.round(left / now.speed),
    worker,
    lease_epoch: item.lease_epoch,
    sample: now.sample,
  };
}

/** Measures speed: exponential smoothing over real time, the weight of old bytes falls by 1/e in SMOOTHING_SECONDS. */
export function createMeter() {
  let speed = 0;
  let pending = 0;
  let since = performance.now();
  let begun = false;
  return {
    add(bytes: number) {
      pending += bytes;
    },
    speed() {
      const now = performance.now();
      const seconds = (now - since) / 1_000;
      if (seconds < 0.2) return speed;
      const weight = begun ? 1 - Math.exp(-seconds / SMOOTHING_SECONDS) : 1;
      speed += weight * (pending / seconds - speed);
      begun ||= pending > 0;
      pending = 0;
      since = now;
      return speed;
    },
  };
}
