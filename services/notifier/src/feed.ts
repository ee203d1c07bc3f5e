import { type Bus, type Followed, follow, type Log } from '@aniworld/chassis';
import { allEvents, type DownloadProgress, type Event, type Message, queue, subjectOf } from '@aniworld/contracts';
import type { Downloads } from './downloads.ts';
import { type Ring, RING_SIZE } from './ring.ts';
import type { Rooms } from './rooms.ts';

export interface FeedDeps {
  bus: Bus;
  rooms: Rooms;
  ring: Ring;
  downloads: Downloads;
  log: Log;
}

export interface Feed extends AsyncDisposable {
  /** The readiness check. */
  check(): void;
}

const events = allEvents().filter((event) => event.room !== null);
const bySubject = new Map(events.map((event) => [subjectOf(event), event]));

/**
 * Turns events into messages: durable ones in the stream's order and into the ring, live ones as they come. Which rooms
 * an event goes to is said by its contract.
 */
export function startFeed({ bus, rooms, ring, downloads, log }: FeedDeps): Feed {
  let live = false;
  const send = (messages: Message[]) => {
    for (const message of messages) rooms.broadcast(message);
  };
  const following = follow({
    bus,
    log,
    last: RING_SIZE,
    onEpoch(place) {
      // What clients know of the old epoch says nothing about this one.
      if (ring.epoch)
        for (const room of Object.keys(rooms.counts())) rooms.broadcast(newMessage('resync', room, null, place));
      ring.reset(place.epoch, place.seq);
      live = false;
    },
    onEvent(event) {
      const messages = read(event, log);
      ring.push(messages, event.place.seq);
      for (const message of messages) downloads.note(message);
      if (live && !event.past) send(messages);
    },
    onLive() {
      live = true;
    },
  });
  const subscriptions = events
    .filter((event) => event.delivery === 'live')
    .map((event) =>
      bus.listen(event, (data) => {
        if (event.name === queue.progress.name && !downloads.progress(data as DownloadProgress)) return;
        send(messagesOf(event, data, { epoch: ring.epoch, seq: ring.seq }, new Date().toISOString()));
      }),
    );
  return {
    check: () => following.check(),
    async [Symbol.asyncDispose]() {
      await Promise.all(subscriptions.map((subscription) => subscription[Symbol.asyncDispose]()));
      await following[Symbol.asyncDispose]();
    },
  };
}

function read(followed: Followed, log: Log): Message[] {
  const event = bySubject.get(followed.subject);
  if (!event) return [];
  try {
    return messagesOf(event, event.data.parse(followed.json()), followed.place, followed.timestamp);
  } catch (error) {
    log.error({ err: error, subject: followed.subject, seq: followed.place.seq }, 'an event does not fit its contract');
    return [];
  }
}

type Place = { epoch: string; seq: number };

function messagesOf(event: Event, data: unknown, place: Place, timestamp: string): Message[] {
  return roomsOf(event, data).map((room) => ({ type: event.type ?? event.name, room, data, timestamp, ...place }));
}

/** The event's room, and those of the series and the item that it is about. */
function roomsOf(event: Event, data: unknown): string[] {
  const scoped = Object.entries(event.scoped).flatMap(([kind, path]) => {
    const id = path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], data);
    return typeof id === 'string' ? [`${kind}:${id}`] : [];
  });
  return event.room === null ? scoped : [event.room, ...scoped];
}

/** A message that no event has caused. */
export function newMessage(type: string, room: string | null, data: unknown, place: Place): Message {
  return { type, room, data, timestamp: new Date().toISOString(), epoch: place.epoch, seq: place.seq };
}
