import { type ExportHead, type ExportPiece, exportOf, exportPiece, fail, type ServiceName } from '@aniworld/contracts';
import type { Subscription } from '@nats-io/transport-node';
import { randomBytes } from 'node:crypto';
import type { Bus } from '../bus.ts';
import type { DbOptions } from '../db.ts';
import { decode, readRequest, respondError } from '../wire.ts';
import { openSnapshot, type Snapshot } from './snapshot.ts';

export interface ExportOptions extends DbOptions {
  service: ServiceName;
  /** Tables whose rows mean nothing elsewhere: which workers there are, say. */
  transient?: readonly string[];
}

/** A snapshot that nobody asks for any more is let go: whoever asked has died, and Postgres cleans up nothing behind it. */
const PATIENCE_MS = 90_000;
/** Each holds a connection and keeps Postgres from cleaning up. */
const MOST_SESSIONS = 2;

/**
 * Answers a service's part of a backup until disposed: any replica opens a snapshot, and that replica alone hands it out,
 * piece by piece as it is asked, so that no more than one piece is in memory.
 */
export function serveExport(bus: Bus, options: ExportOptions): AsyncDisposable {
  const sessions = new Set<Session>();
  const opening = bus.connection.subscribe(bus.subject(exportOf(options.service)), { queue: options.service });
  const ended = (async () => {
    for await (const message of opening) {
      const { requestId } = readRequest(message).passport;
      try {
        if (sessions.size >= MOST_SESSIONS) throw fail('UNAVAILABLE', { retry_after: 10 });
        const session = await openSession(bus, options, () => sessions.delete(session));
        sessions.add(session);
        message.respond(JSON.stringify(session.head));
      } catch (error) {
        options.log.warn({ err: error }, 'a snapshot could not be opened');
        respondError(message, error, requestId);
      }
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      opening.unsubscribe();
      await ended;
      await Promise.all([...sessions].map((session) => session[Symbol.asyncDispose]()));
    },
  };
}

interface Session extends AsyncDisposable {
  head: ExportHead;
}

async function openSession(bus: Bus, options: ExportOptions, onEnd: () => void): Promise<Session> {
  const snapshot = await openSnapshot(options, options.transient);
  const session = randomBytes(12).toString('hex');
  const subscription = bus.connection.subscribe(bus.subject(exportPiece(options.service, session)));
  const ended = hand(subscription, snapshot, options)
    .catch((error: unknown) => options.log.warn({ err: error }, 'a snapshot ended early'))
    .finally(async () => {
      subscription.unsubscribe();
      await snapshot[Symbol.asyncDispose]();
      onEnd();
    });
  return {
    head: { session, ...snapshot.head },
    async [Symbol.asyncDispose]() {
      subscription.unsubscribe();
      await ended;
    },
  };
}

/** Hands out piece after piece; the one that was handed out last also again, when its answer was lost. */
async function hand(subscription: Subscription, snapshot: Snapshot, { log }: ExportOptions): Promise<void> {
  const rows = snapshot.read();
  let seq = 0;
  let answer = '';
  let timer = setTimeout(() => subscription.unsubscribe(), PATIENCE_MS);
  try {
    for await (const message of subscription) {
      clearTimeout(timer);
      timer = setTimeout(() => subscription.unsubscribe(), PATIENCE_MS);
      const { passport } = readRequest(message);
      try {
        const asked = (decode(message) as { seq?: unknown }).seq;
        if (asked === seq + 1) {
          const { value } = await rows.next();
          seq += 1;
          answer = JSON.stringify({ piece: value ? toWire(value) : null });
        } else if (asked !== seq) throw fail('INVALID_REQUEST');
        message.respond(answer);
      } catch (error) {
        log.warn({ err: error }, 'a piece of a snapshot could not be read');
        respondError(message, error, passport.requestId);
        return;
      }
    }
  } finally {
    clearTimeout(timer);
    await rows.return().catch(() => undefined);
  }
}

const toWire = ({ table, data, last }: { table: string; data: Buffer; last: boolean }): ExportPiece => ({
  table,
  data: data.toString('base64'),
  last,
});
