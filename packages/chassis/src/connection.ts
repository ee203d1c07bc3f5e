import { connect, type NatsConnection } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import type { BusOptions } from './bus.ts';

/** Pause between two tries of the first connect, in milliseconds; doubles up to the second. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 2_000;

/**
 * Opens a connection to the broker, trying until it answers, and says so in the log, because a wrong address and a
 * wrong password look the same from outside: nothing happens. Once open it is reopened for ever (the client's own default is to give
 * up after ten tries, or after two refusals of the password).
 */
export async function openConnection(options: BusOptions, signal?: AbortSignal): Promise<NatsConnection> {
  for (let tries = 1; ; tries += 1) {
    signal?.throwIfAborted();
    try {
      return await connect(settings(options));
    } catch (error) {
      // A line for the 1st, 2nd, 4th, 8th … try: an outage must not fill the log.
      if ((tries & (tries - 1)) === 0) {
        options.log.warn(
          { err: error, servers: hosts(options.url), tries },
          'NATS does not answer; trying until it does',
        );
      }
      await delay(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tries - 1)), undefined, { signal });
    }
  }
}

const settings = ({ url, prefix, name }: BusOptions) => ({
  servers: hosts(url),
  ...credentials(url),
  ...(url.startsWith('tls:') && { tls: {} }),
  name: `${prefix}-${name}`,
  // Of its own, so that the server can keep each service from reading the replies that others get (deploy/nats).
  inboxPrefix: `_INBOX.${prefix}.${name}`,
  timeout: 5_000,
  maxReconnectAttempts: -1,
  ignoreAuthErrorAbort: true,
  reconnectTimeWait: 250,
  reconnectJitter: 500,
  // The link counts as dead at the third tick, with two pings unanswered: after 12 to 18 s.
  pingInterval: 6_000,
  maxPingOut: 2,
  ignoreClusterUpdates: true,
  // Two stacks less for each request and each event, of which one that fails makes no use: `bus.call` says what was asked.
  noAsyncTraces: true,
});

const hosts = (url: string) => url.split(',').map((server) => new URL(server.trim()).host);

function credentials(url: string) {
  const first = new URL(url.split(',')[0] ?? url);
  if (!first.username) return {};
  const user = decodeURIComponent(first.username);
  return first.password ? { user, pass: decodeURIComponent(first.password) } : { token: user };
}
