import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** One registry a process; every metric carries the label `service`, because the standalone runs five in one. */
export const registry = new Registry();

const registers = [registry];

export const rpcSeconds = new Histogram({
  name: 'aniworld_rpc_seconds',
  help: 'Time to answer an operation',
  labelNames: ['service', 'operation', 'code'],
  buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
  registers,
});

export const eventsPublished = new Counter({
  name: 'aniworld_events_published_total',
  help: 'Durable events acknowledged by the stream',
  labelNames: ['service'],
  registers,
});

export const eventsConsumed = new Counter({
  name: 'aniworld_events_consumed_total',
  help: 'Durable events by outcome: done, duplicate, retried, parked',
  labelNames: ['service', 'event', 'outcome'],
  registers,
});

export const outboxReplayed = new Counter({
  name: 'aniworld_outbox_replayed_total',
  help: 'Times that sent events were published again because the stream was missing or had gone backwards',
  labelNames: ['service'],
  registers,
});

export const busConnected = new Gauge({
  name: 'aniworld_bus_connected',
  help: '1 while the connection to NATS is up',
  labelNames: ['service'],
  registers,
});

export const writesFenced = new Counter({
  name: 'aniworld_writes_fenced_total',
  help: 'Writes of a worker that were refused because its lease had gone to another',
  labelNames: ['what'],
  registers,
});
