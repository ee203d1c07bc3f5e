import { Failure } from '../failure.ts';
import type { Framing } from './chunked.ts';
import type { Connection } from './connection.ts';

/** The body of a reply. It holds a connection until it was read to its end or destroyed. */
export interface WireBody {
  /**
   * The reply itself says where the body ends: by a length, by chunks, or because it has none. Otherwise it ends with the
   * connection, and a connection that was cut looks the same.
   */
  readonly delimited: boolean;
  /**
   * Calls `sink` with each piece as it comes; the piece's memory is reused after the promise resolves. Nothing more is called
   * until then, though some more is read. Resolves at the body's proper end, or when `sink` returns false ("enough": the
   * connection is closed unless that was the end). May be called once.
   * @throws Failure: `network` for a cut body, `stalled` for silence, `bad_content` for broken framing; what `sink` throws;
   * the signal's reason
   */
  each(sink: Sink): Promise<void>;
  /** Closes the connection unless the body was read to its end. Safe at any time. */
  destroy(): void;
}

export type Sink = (piece: Buffer) => Promise<boolean | void> | boolean | void;

/** What a body needs of the exchange that it belongs to. */
export interface Exchange {
  connection: Connection;
  silenceMs: number;
  /** The connection stands at the reply's end, and may be used again. */
  finished(): void;
  /** The connection can't be used any more. */
  broken(reason?: unknown): void;
}

/** @param framing null when there is no body: then the exchange is finished already */
export function createBody(exchange: Exchange, framing: Framing | null): WireBody {
  let open = framing !== null;
  const close = (reason?: unknown) => {
    if (open) exchange.broken(reason);
    open = false;
  };
  return {
    delimited: !framing?.endsWithConnection,
    async each(sink) {
      if (!framing || !open) return;
      try {
        const atEnd = await copy(exchange, framing, sink);
        if (atEnd) exchange.finished();
        else exchange.broken();
        open = false;
      } catch (error) {
        close(error);
        throw error;
      }
    },
    destroy: () => close(),
  };
}

/** @returns whether the connection stands at the end of the body, with nothing after it */
async function copy({ connection, silenceMs }: Exchange, framing: Framing, sink: Sink): Promise<boolean> {
  for (;;) {
    const piece = await connection.next({ ms: silenceMs, cause: 'stalled' });
    if (piece === null) {
      if (framing.endsWithConnection) return false;
      throw new Failure('network', 'The connection ended before the file did. It is tried again by itself.');
    }
    const { data, rest } = framing.take(piece);
    const enough = data.length > 0 && (await sink(data)) === false;
    if (rest && !enough) refuseSurplus(rest);
    if (rest || enough) return rest?.length === 0;
  }
}

/**
 * Nobody asked for what follows a body, so the body's length was a lie.
 * Some old servers send a line's end after each body, which means nothing.
 */
function refuseSurplus(rest: Buffer): void {
  if (rest.length === 0 || rest.equals(LINE_END)) return;
  throw new Failure('bad_content', 'The source sent more bytes than it announced.');
}

const LINE_END = Buffer.from('\r\n');
