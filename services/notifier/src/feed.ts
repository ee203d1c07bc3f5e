import { type Bus, type Followed, follow, type Log, type Place } from '@aniworld/chassis';
import { allEvents, type DownloadProgress, type Event, queue, subjectOf } from '@aniworld/contracts';
import type { Downloads } from './downloads.ts';
import { type Frame, frameOf, newMessage } from './message.ts';
import { createPace, type Pace } from './pace.ts';
import type { Renewal } from './renewal.ts';
import { type Ring, RING_SIZE } from './ring.ts';
import type { Rooms } from './rooms.ts';

export interface FeedDeps {
  bus: Bus;
  rooms: Rooms;
  ring: Ring;
  downloads: Downloads;
  renewal: Renewal;
  log: Log;
}

export interface Feed extends AsyncDisposable {
  /** The readiness check. */
  check(): void;
}

/** Least time between two live messages about the same thing, in milliseconds: four a second. */
const GAP_MS = 250;

const events = allEvents().filter((event) => event.room !== null);
const bySubject = new Map(events.map((event) => [subjectOf(event), event]));

/**
 * Turns events into messages: durable ones in the stream's order and into the ring, live ones as they come. Which rooms
 * an event goes to is said by its contract.
 */
export function startFeed(deps: FeedDeps): Feed {
  const { rooms, ring } = deps;
  const pace = createPace<Live>(GAP_MS, ({ event, data }) => {
    for (const frame of framesOf(event, data, ring, new Date().toISOString())) rooms.broadcast(frame);
  });
  const following = followDurable(deps, pace);
  const listening = events.filter((event) => event.delivery === 'live').map((event) => listenLive(event, deps, pace));
  return {
    check: () => following.check(),
    async [Symbol.asyncDispose]() {
      await Promise.all(listening.map((subscription) => subscription[Symbol.asyncDispose]()));
      pace[Symbol.dispose]();
      await following[Symbol.asyncDispose]();
    },
  };
}

interface Live {
  event: Event;
  data: unknown;
}

function followDurable({ bus, rooms, ring, downloads, renewal, log }: FeedDeps, pace: Pace<Live>) {
  let epochs = 0;
  return follow({
    ...{ bus, log, last: RING_SIZE },
    onEpoch(place) {
      epochs += 1;
      ring.reset(place);
    },
    onEvent(followed) {
      const read = readEvent(followed, log);
      const frames = read ? framesOf(read.event, read.data, followed.place, followed.timestamp) : [];
      ring.push(frames, followed.place.seq);
      // A progress that waits for its turn would come after the end.
      for (const id of read ? downloads.note(read.event, read.data) : []) pace.forget(progressKey(id));
      // What is past is in the snapshots.
      if (!followed.past) for (const frame of frames) rooms.broadcast(frame);
    },
    onLive() {
      // What clients know of another epoch says nothing about this one.
      if (epochs === 1) return;
      for (const room of Object.keys(rooms.counts())) rooms.broadcast(frameOf(newMessage('resync', room, null, ring)));
      renewal.request();
    },
  });
}

const progressKey = (id: string) => `${queue.progress.name} ${id}`;

function listenLive(event: Event, { bus, downloads }: FeedDeps, pace: Pace<Live>): AsyncDisposable {
  return bus.listen(event, (data) => {
    if (event.name !== queue.progress.name) return pace.offer(event.name, { event, data });
    const progress = data as DownloadProgress;
    if (downloads.progress(progress)) pace.offer(progressKey(progress.id), { event, data });
  });
}

function readEvent(followed: Followed, log: Log): Live | null {
  const event = bySubject.get(followed.subject);
  if (!event) return null;
  try {
    return { event, data: event.data.parse(followed.json()) };
  } catch (error) {
    log.error({ err: error, subject: followed.subject, seq: followed.place.seq }, 'an event does not fit its contract');
    return null;
  }
}

function framesOf(event: Event, data: unknown, { epoch, seq }: Place, timestamp: string): Frame[] {
  return roomsOf(event, data).map((room) =>
    frameOf({ type: event.type ?? event.name, room, data, timestamp, epoch, seq }),
  );
}

/** The event's room, and those of the series and the item that it is about. */
function roomsOf(event: Event, data: unknown): string[] {
  const scoped = Object.entries(event.scoped).flatMap(([kind, path]) => {
    const id = path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], data);
    return typeof id === 'string' ? [`${kind}:${id}`] : [];
  });
  return event.room === null ? scoped : [event.room, ...scoped];
}
