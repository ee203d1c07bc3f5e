import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Connection } from './connection.ts';

/** An origin that says exactly what a test wants, byte for byte. */
export interface ScriptedOrigin extends AsyncDisposable {
  url: URL;
  /** The heads of all requests so far, with the number of the connection that each came over. */
  requests: { connection: number; head: string }[];
}

export interface ScriptedRequest {
  head: string;
  /** Counted from 1: over all connections, and of this connection. */
  nth: number;
  connection: number;
  socket: Socket;
}

/** @param answer returns what to write, or writes and closes by itself; called once for each request's head */
export async function startScripted(
  answer: (request: ScriptedRequest) => string | Buffer | void,
): Promise<ScriptedOrigin> {
  const requests: ScriptedOrigin['requests'] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    const connection = (connections += 1);
    let text = '';
    sockets.add(socket);
    // The client goes away in the middle of most of these replies.
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end);
        text = text.slice(end + 4);
        requests.push({ connection, head });
        const reply = answer({ head, nth: requests.length, connection, socket });
        if (reply !== undefined) socket.write(reply);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/file`),
    requests,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/**
 * A connection that has brought these pieces and then ended. As with a real one, the memory of a piece is overwritten as soon
 * as the next one is asked for.
 */
export function connectionOf(pieces: readonly Buffer[]): Connection {
  const waiting = [...pieces];
  const memory = Buffer.alloc(Math.max(1, ...pieces.map((piece) => piece.length)));
  let held: Buffer | null = null;
  let destroyed: unknown;
  return {
    uses: 0,
    usable: true,
    answered: true,
    send: () => undefined,
    rest: () => undefined,
    async next() {
      if (destroyed !== undefined) throw destroyed;
      const piece = held;
      held = null;
      if (piece) return piece;
      memory.fill(0xee);
      const arrived = waiting.shift();
      if (arrived === undefined) return null;
      arrived.copy(memory);
      return memory.subarray(0, arrived.length);
    },
    unread(rest) {
      held = rest.length > 0 ? rest : null;
    },
    destroy(reason) {
      destroyed = reason ?? new Error('destroyed');
    },
  };
}
