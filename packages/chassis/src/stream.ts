import {
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type StreamInfo,
} from '@nats-io/jetstream';
import type { Bus } from './bus.ts';

/** How long the stream keeps events; clients that were away longer read the state anew. */
const KEEP_HOURS = 24;
const NANOS_PER_HOUR = 3_600_000_000_000;
/**
 * Bounds the stream to about two gigabytes. Not by bytes: the server sets those aside for each stream when it is made, so
 * that a small disk, or a few installations on one server, would get none.
 */
const MOST_EVENTS = 1_000_000;

/** The stream's name: `EVENTS` behind the installation's prefix, because names are shared by a whole server. */
export function streamName(bus: Pick<Bus, 'prefix'>): string {
  return `${bus.prefix.replaceAll(/[^A-Za-z0-9_-]/g, '_')}_EVENTS`;
}

/** Creates the stream of durable events where it is missing; harmless when it exists. */
export async function ensureStream(bus: Bus): Promise<StreamInfo> {
  const name = streamName(bus);
  try {
    return await bus.jsm.streams.info(name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return bus.jsm.streams.add({
    name,
    subjects: [`${bus.prefix}.evt.>`],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    max_age: KEEP_HOURS * NANOS_PER_HOUR,
    max_msgs: MOST_EVENTS,
    duplicate_window: 120_000_000_000,
  });
}

/**
 * Whether an event that the stream once acknowledged is not there any more, although it is not old enough to have been
 * dropped: the stream was replaced by an older copy of itself.
 */
export async function isLost(bus: Bus, { state }: StreamInfo, event: { id: string; seq: number }): Promise<boolean> {
  if (event.seq < state.first_seq) return false;
  if (event.seq > state.last_seq) return true;
  const message = await bus.jsm.streams.getMessage(streamName(bus), { seq: event.seq });
  return message?.header.get('Nats-Msg-Id') !== event.id;
}

/** Whether a JetStream call failed because the stream or consumer does not exist. */
export function isNotFound(error: unknown): boolean {
  if (!(error instanceof JetStreamApiError)) return false;
  return error.code === JetStreamApiCodes.StreamNotFound || error.code === JetStreamApiCodes.ConsumerNotFound;
}
