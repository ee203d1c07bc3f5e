import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';

/** What a private service would answer, had anybody reached it: a feed that everything can be made of. */
const BODY =
  '<rss version="2.0"><channel><title>Inside</title><item><title>1</title>' +
  '<enclosure url="http://127.0.0.1/1.mp4" type="video/mp4" length="1"/></item></channel></rss>';
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;

/** Seconds after which the system itself takes an address back, when this process was killed. */
const LIFETIME = ['valid_lft', '900', 'preferred_lft', '900'];

/** Listens on every address of this machine at one port, and remembers each connection. */
export interface Witness extends AsyncDisposable {
  port: number;
  /** Addresses at which it has been shown to see a connection. */
  addresses: string[];
  /** Addresses at which somebody connected since the last call. */
  seen(): string[];
}

/**
 * @param wanted addresses that are given to the loopback interface for the time where that is allowed, which takes root on
 * Linux; those that can't be had are missing from `addresses`
 */
export async function openWitness(wanted: readonly string[]): Promise<Witness> {
  await using opened = new AsyncDisposableStack();
  for (const address of wanted) {
    if (!addAddress(address)) continue;
    opened.defer(() => void configureLoopback('del', address));
  }
  let seen: string[] = [];
  const notice = (socket: Socket) => {
    seen.push(socket.localAddress ?? '');
    socket.on('error', () => undefined).resume();
    socket.end(ANSWER);
  };
  const first = opened.use(await listen(notice, '0.0.0.0', 0));
  const { port } = first;
  // A machine may have no IPv6.
  const second = await listen(notice, '::', port).catch(() => null);
  if (second) opened.use(second);
  const addresses: string[] = [];
  for (const address of ['127.0.0.1', '127.255.0.7', '::1', ...wanted]) {
    if (await answers(address, port)) addresses.push(address);
  }
  seen = [];
  const owned = opened.move();
  return {
    port,
    addresses,
    seen() {
      const sofar = seen;
      seen = [];
      return sofar;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** @returns whether it was added, and so has to be removed */
function addAddress(address: string): boolean {
  const known = Object.values(networkInterfaces()).flatMap((all) => all?.map((one) => one.address) ?? []);
  return !known.includes(address) && configureLoopback('add', address);
}

function configureLoopback(what: 'add' | 'del', address: string): boolean {
  return (
    spawnSync('ip', ['addr', what, `${address}/32`, 'dev', 'lo', ...(what === 'add' ? LIFETIME : [])], {
      stdio: 'ignore',
    }).status === 0
  );
}

async function listen(
  notice: (socket: Socket) => void,
  host: string,
  port: number,
): Promise<AsyncDisposable & { port: number }> {
  const server: Server = createServer(notice);
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.listen({ host, port, ipv6Only: host === '::' });
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Shows that a connection there would be seen. */
async function answers(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'data', { signal: AbortSignal.timeout(1_000) });
    return true;
  } catch {
    return false;
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}
