import { AppError, type ExportHead, exportOf, exportPiece, type ServiceName } from '@aniworld/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from '../bus.ts';
import type { TablePiece } from './snapshot.ts';

/** How often the same piece is asked for: its answer may be lost with a connection. */
const TRIES = 4;
const PAUSE_MS = 1_000;

export interface Collected {
  head: ExportHead;
  /** The tables' rows, in the order of the head. A piece is asked for when the one before it was taken. */
  read(): AsyncGenerator<TablePiece, void>;
}

/**
 * Opens a snapshot of a service and reads it over the bus.
 * @throws UNAVAILABLE when the service, or the replica that holds the snapshot, is away
 */
export async function collect(bus: Bus, service: ServiceName, signal: AbortSignal): Promise<Collected> {
  const head = await patiently(() => bus.call(exportOf(service), {}, { signal }), signal);
  const next = exportPiece(service, head.session);
  return {
    head,
    async *read() {
      for (let seq = 1; ; seq += 1) {
        const { piece } = await patiently(() => bus.call(next, { seq }, { signal }), signal);
        if (!piece) return;
        yield { ...piece, data: Buffer.from(piece.data, 'base64') };
      }
    },
  };
}

async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const away = error instanceof AppError && (error.code === 'UNAVAILABLE' || error.code === 'TIMEOUT');
      if (!away || tries === TRIES || signal.aborted) throw error;
      await delay(PAUSE_MS * tries, undefined, { signal });
    }
  }
}
