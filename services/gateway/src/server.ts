import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface Address {
  /** With the base path, without a slash at its end; one that works on this machine also when all interfaces listen. */
  url: string;
  port: number;
}

export interface HttpServer extends AsyncDisposable {
  address: Address;
}

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * Headers within 15 s and the whole request within 60 s, so that slow senders can't pile up; idle connections longer than
 * reverse proxies keep theirs (60 s), or a proxy would send into one that is being closed.
 */
const TIMEOUTS = { headersTimeout: 15_000, requestTimeout: 60_000, keepAliveTimeout: 75_000 };
/** How long running requests may go on while stopping. */
const FINISH_MS = 5_000;

/**
 * Listens until disposed. Disposal accepts nothing more, cuts connections that no request runs on (upgraded ones would
 * never end by themselves, and their clients come back), lets running requests finish for 5 s, then ends all.
 */
export async function listen(
  app: RequestListener,
  { PORT, HOST, BASE_PATH }: { PORT: number; HOST: string; BASE_PATH: string },
  upgrade: Upgrade,
): Promise<HttpServer> {
  const server = createServer(TIMEOUTS, app);
  const endIdle = trackConnections(server);
  server.on('upgrade', (request, socket, head) => {
    // Without a listener a reset by the peer would end the process.
    socket.on('error', () => socket.destroy());
    upgrade(request, socket, head);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(PORT, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: { url: `http://${reachable(HOST)}:${port}${BASE_PATH}`, port },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      endIdle();
      const hard = setTimeout(() => server.closeAllConnections(), FINISH_MS);
      await closed;
      clearTimeout(hard);
    },
  };
}

/**
 * Counts the requests on each connection. The function that it gives back ends the connections without one, now and
 * whenever a request is done; the server's own way leaves those that never sent a request, as browsers open to be quick.
 */
function trackConnections(server: Server): () => void {
  const running = new Map<Socket, number>();
  let ending = false;
  const count = (socket: Socket, change: number) => {
    const requests = running.get(socket);
    // A reply that breaks off ends after its connection, which must not be entered again.
    if (requests === undefined) return;
    const left = requests + change;
    running.set(socket, left);
    if (ending && left === 0) socket.destroySoon();
  };
  server.on('connection', (socket) => {
    running.set(socket, 0);
    socket.once('close', () => running.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });
  return () => {
    ending = true;
    for (const [socket, requests] of running) if (requests === 0) socket.destroy();
  };
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
