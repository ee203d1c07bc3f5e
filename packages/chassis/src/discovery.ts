import type { ServiceInfo } from '@aniworld/contracts';
import { errors, type Msg } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Bus } from './bus.ts';

/**
 * The discovery part of the NATS services protocol (ADR-32 of the NATS architecture documents): every replica answers
 * `$SRV.PING`, `$SRV.INFO` and `$SRV.STATS`, for all, by name and by id, so that `nats micro ls` sees it.
 */

export interface Endpoint {
  name: string;
  subject: string;
  queue_group: string;
  num_requests: number;
  num_errors: number;
  last_error: string;
  /** Nanoseconds. */
  processing_time: number;
}

export interface Presence {
  service: string;
  version: string;
  endpoints: Endpoint[];
}

export interface Announced extends AsyncDisposable {
  readonly id: string;
}

/** Makes a replica visible until disposed. */
export function announce(bus: Bus, presence: Presence): Announced {
  const id = randomUUID();
  const started = new Date().toISOString();
  const identity = {
    name: nameOf(bus, presence.service),
    id,
    version: presence.version,
    metadata: { prefix: bus.prefix, service: presence.service, started },
  };
  const answers: Record<string, () => object> = {
    PING: () => ({ type: 'io.nats.micro.v1.ping_response', ...identity }),
    INFO: () => ({
      type: 'io.nats.micro.v1.info_response',
      ...identity,
      description: '',
      endpoints: presence.endpoints.map(info),
    }),
    STATS: () => ({
      type: 'io.nats.micro.v1.stats_response',
      ...identity,
      started,
      endpoints: presence.endpoints.map(stats),
    }),
  };
  const subscriptions = Object.entries(answers).flatMap(([verb, answer]) =>
    ['', `.${identity.name}`, `.${identity.name}.${id}`].map((suffix) =>
      bus.connection.subscribe(`$SRV.${verb}${suffix}`, {
        callback: (error, message) => void (!error && message.respond(JSON.stringify(answer()))),
      }),
    ),
  );
  return {
    id,
    async [Symbol.asyncDispose]() {
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}

/** Every replica of this installation that answers within `waitMs`. */
export async function discover(bus: Bus, waitMs = 300): Promise<z.output<typeof ServiceInfo>[]> {
  const replies = await bus.connection.requestMany('$SRV.INFO', '', { strategy: 'timer', maxWait: waitMs });
  const found = [];
  try {
    for await (const reply of replies) found.push(replyOf(reply));
  } catch (error) {
    if (!(error instanceof errors.NoRespondersError)) throw error;
  }
  return found
    .filter((reply): reply is InfoReply => reply?.metadata.prefix === bus.prefix)
    .map(({ id, version, metadata }) => ({ name: metadata.service, id, version, started_at: metadata.started }))
    .sort((a, b) => a.name.localeCompare(b.name) || a.started_at.localeCompare(b.started_at));
}

const InfoReply = z.object({
  id: z.string(),
  version: z.string(),
  metadata: z.object({ prefix: z.string(), service: z.string(), started: z.string() }),
});
type InfoReply = z.output<typeof InfoReply>;

/** Null for an answer that isn't one of ours: any program on the server may answer `$SRV.INFO`. */
function replyOf(message: Msg): InfoReply | null {
  try {
    return InfoReply.safeParse(message.json()).data ?? null;
  } catch {
    return null;
  }
}

const nameOf = (bus: Bus, service: string) => `${bus.prefix}-${service}`.replaceAll(/[^A-Za-z0-9_-]/g, '_');
const info = ({ name, subject, queue_group }: Endpoint) => ({ name, subject, queue_group, metadata: {} });
const stats = (endpoint: Endpoint) => ({
  ...endpoint,
  average_processing_time: endpoint.num_requests ? Math.round(endpoint.processing_time / endpoint.num_requests) : 0,
});
