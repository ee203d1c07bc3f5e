import type { DownloadProgress, Scan } from '@aniworld/contracts';
import { type ConnectionState, connectRealtime, type Realtime } from '@aniworld/sdk';
import type { QueryClient } from '@tanstack/react-query';
import { baseUrl } from '../session/api.ts';
import { sessionToken } from '../session/token.ts';
import { keys } from './keys.ts';
import { patchItem, patchProgress, patchStatus, patchUpdate, resetProgress } from './queue-patch.ts';
import { refreshSoon } from './refresh-soon.ts';
import { refreshStandings } from './standing-patch.ts';
import { patchTask } from './task-patch.ts';

/** Four samples a second of each of many downloads are drawn five times a second, not once each. */
const FRAME_MS = 200;
const ROOMS = ['downloads', 'queue', 'library', 'system'] as const;

let realtime: Realtime | null = null;
let state: ConnectionState = 'connecting';
const watchers = new Set<() => void>();

/** The connection's state, in the shape that `useSyncExternalStore` takes. */
export const connection = {
  subscribe(watcher: () => void) {
    watchers.add(watcher);
    return () => void watchers.delete(watcher);
  },
  state: () => state,
};

/** Connects and lets messages patch the cache; does nothing when it is connected already. */
export function startLive(client: QueryClient, onUnauthenticated: () => void): void {
  if (realtime) return;
  const live = connectRealtime({
    baseUrl,
    token: sessionToken.get,
    onState: (next) => {
      // Counts are told by live messages alone, and those of the outage are lost.
      if (state === 'reconnecting' && next === 'live') {
        for (const key of [keys.queueStatus, keys.tasks, keys.backups]) refreshSoon(client, key);
      }
      setState(next);
    },
    onUnauthenticated,
    onResync: (room) => rereadRoom(client, room),
    onProblem: (error) => console.warn(error),
  });
  realtime = live;
  listenToQueue(live, client);
  listenToDownloads(live, client);
  listenToLibrary(live, client);
  listenToSystem(live, client);
  for (const room of ROOMS) live.join(room).catch((error) => console.warn(error));
}

export function stopLive(): void {
  realtime?.close();
  realtime = null;
  setState('connecting');
}

function setState(next: ConnectionState): void {
  state = next;
  for (const watcher of watchers) watcher();
}

function listenToQueue(live: Realtime, client: QueryClient): void {
  live.on('queue_status', (update) => patchUpdate(client, update));
  for (const type of ['queue_started', 'queue_stopped', 'queue_paused', 'queue_resumed'] as const) {
    live.on(type, (status) => patchStatus(client, status));
  }
}

function listenToDownloads(live: Realtime, client: QueryClient): void {
  let samples: DownloadProgress[] = [];
  live.on('download_progress', (sample) => {
    if (samples.push(sample) > 1) return;
    setTimeout(() => {
      patchProgress(client, samples);
      samples = [];
    }, FRAME_MS);
  });
  live.on('download_complete', ({ item }) => finish(item));
  live.on('download_failed', ({ item }) => finish(item));
  live.on('snapshot', (snapshot) => {
    if (snapshot.active) resetProgress(client, snapshot.active);
    if (snapshot.status) patchStatus(client, snapshot.status);
    // What changed after the lists were read and before the room was joined, nobody told us.
    if (snapshot.active || snapshot.status) refreshSoon(client, keys.queue);
    if (snapshot.scan) client.setQueryData(keys.scan, snapshot.scan);
  });
  function finish(item: Parameters<typeof patchItem>[1]) {
    // A sample still waiting to be drawn would bring the finished download back.
    samples = samples.filter((sample) => sample.id !== item.id);
    patchItem(client, item);
  }
}

function listenToLibrary(live: Realtime, client: QueryClient): void {
  live.on('scan_progress', (scan) => {
    client.setQueryData(keys.scan, scan);
    if (scan.state === 'running') return;
    refreshSoon(client, keys.allSeries);
    refreshSoon(client, keys.files);
    refreshStandings(client);
  });
  live.on('library_changed', ({ series_id, change, more }) => {
    // Many at once: which ones, nobody says.
    refreshSoon(client, more ? keys.allSeries : keys.seriesLists);
    refreshStandings(client);
    if (change === 'removed') return;
    refreshSoon(client, keys.series(series_id));
    refreshSoon(client, keys.episodes(series_id));
    refreshSoon(client, keys.seriesTimeline(series_id));
    refreshSoon(client, keys.episodeTimelines);
    // A scan tells of each of its series; its end is time enough.
    const scan = client.getQueryData<Scan>(keys.scan);
    if (change === 'files' && scan?.state !== 'running') refreshSoon(client, keys.openFiles);
  });
}

function listenToSystem(live: Realtime, client: QueryClient): void {
  live.on('task_changed', (task) => patchTask(client, task));
  // Schedules are settings.
  live.on('system_info', () => refreshSoon(client, keys.tasks));
}

function rereadRoom(client: QueryClient, room: string): void {
  if (room !== 'system') {
    refreshStandings(client);
    return refreshSoon(client, room === 'library' ? keys.allSeries : keys.queue);
  }
  refreshSoon(client, keys.tasks);
  refreshSoon(client, keys.backups);
}
