import { BaseConfig, connectBus, createVerifier, implement, type Log, type Service, serve } from '@aniworld/chassis';
import { fail, realtime, toProblem } from '@aniworld/contracts';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import manifest from '../package.json' with { type: 'json' };
import { createDesk } from './desk.ts';
import { createDoorman } from './doorman.ts';
import { createDownloads } from './downloads.ts';
import { startFeed } from './feed.ts';
import { realtimeHandlers } from './handlers.ts';
import { servePlain } from './plain.ts';
import { startRenewal } from './renewal.ts';
import { createRing } from './ring.ts';
import { createRooms } from './rooms.ts';
import { createSnapshots } from './snapshot.ts';
import { serveSocketIo } from './sockets.ts';

export const Config = BaseConfig.extend({
  /** 0: any free one. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(8081),
  HOST: z.string().default('0.0.0.0'),
});

export interface Notifier extends Service {
  address: { url: string; port: number };
}

/** Starts the service that tells: events in, messages to rooms out. */
export async function start(config: z.output<typeof Config>, log: Log, signal?: AbortSignal): Promise<Notifier> {
  await using stack = new AsyncDisposableStack();
  const bus = stack.use(
    await connectBus({ url: config.NATS_URL, prefix: config.NATS_PREFIX, name: 'notifier', log }, signal),
  );
  const verifier = stack.use(createVerifier(bus, log));
  const [ring, downloads] = [createRing(), createDownloads()];
  const rooms = stack.use(createRooms(ring));
  const snapshots = createSnapshots(bus, downloads);
  const renewal = stack.use(startRenewal({ bus, rooms, ring, snapshots, log }));
  const feed = stack.use(startFeed({ bus, rooms, ring, downloads, renewal, log }));
  const doorman = stack.use(createDoorman(verifier, rooms));
  const deps = { desk: createDesk(rooms, ring, snapshots), doorman, rooms, place: ring };
  const http = createServer(answerNothing);
  const address = await listen(http, config);
  stack.use(closing(http));
  stack.use(serveSocketIo(http, deps));
  stack.use(servePlain(http, deps));
  const checks = { nats: () => bus.check(), keys: () => verifier.check(), events: () => feed.check() };
  const options = { service: 'notifier' as const, version: manifest.version, log, checks };
  stack.use(await serve(bus, options, implement(realtime, realtimeHandlers(rooms))));
  const owned = stack.move();
  return { checks, address, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Besides sockets there is nothing here; Socket.IO takes its requests before they come to this. */
function answerNothing(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404, { 'Content-Type': 'application/problem+json' });
  response.end(JSON.stringify(toProblem(fail('ROUTE_NOT_FOUND'))));
}

async function listen(http: Server, { PORT, HOST }: { PORT: number; HOST: string }) {
  await new Promise<void>((resolve, reject) => http.once('error', reject).listen(PORT, HOST, resolve));
  const { port } = http.address() as AddressInfo;
  return { port, url: `http://${HOST === '0.0.0.0' ? '127.0.0.1' : HOST}:${port}` };
}

function closing(http: Server): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      http.close();
      http.closeAllConnections();
    },
  };
}
