import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A server of a test, at an address and a port of its own. */
export interface Listening extends AsyncDisposable {
  port: number;
  /** `address:port` */
  host: string;
}

export interface Tls {
  cert: string;
  key: string;
}

/** An origin that counts and answers. */
export async function startOrigin(
  options: { address?: string; port?: number; tls?: Tls; answer?: RequestListener } = {},
): Promise<Listening & { asked: string[] }> {
  const asked: string[] = [];
  const { answer = (_, response) => response.end('hello'), tls, address, port } = options;
  const listener: RequestListener = (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  };
  const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener);
  return { asked, ...(await listen(server, address, port)) };
}

/** What a proxy was asked to connect to, and where it really connects. */
export interface ProxyOptions {
  /** `address:port` of all that it is asked for. */
  to: string;
  /** `user:password` that it wants. */
  login?: string;
}

/** An HTTP proxy that makes tunnels, and keeps what it was asked for. */
export async function startHttpProxy({ to, login }: ProxyOptions): Promise<Listening & { asked: string[] }> {
  const asked: string[] = [];
  const server = createHttpServer((_, response) => response.writeHead(405).end());
  server.on('connect', (request, client: Socket) => {
    asked.push(request.url ?? '');
    const given = request.headers['proxy-authorization']?.replace('Basic ', '') ?? '';
    if (login && Buffer.from(given, 'base64').toString() !== login) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    // In two pieces, and with a header field: as a reply may come.
    client.write('HTTP/1.1 200 Fine\r\nVia: te');
    setImmediate(() => {
      client.write('st\r\n\r\n');
      join(client, to);
    });
  });
  return { asked, ...(await listen(server)) };
}

/** What it answers to those who want an IPv6 address; 0: that it is connected. */
type SocksOptions = ProxyOptions & { v6Reply?: number };

/** A SOCKS5 proxy (RFC 1928), with login when one is given. */
export async function startSocksProxy(options: SocksOptions): Promise<Listening & { asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((client) => void serveSocks(client, options, asked).catch(() => client.destroy()));
  return { asked, ...(await listen(server)) };
}

async function serveSocks(client: Socket, { to, login, v6Reply = 0 }: SocksOptions, asked: string[]) {
  client.on('error', () => undefined);
  const [, count = 0] = await take(client, 2);
  const methods = await take(client, count);
  const method = login ? 2 : 0;
  if (!methods.includes(method)) return client.end(Buffer.from([5, 0xff]));
  client.write(Buffer.from([5, method]));
  if (login) {
    const [, userLength = 0] = await take(client, 2);
    const user = await take(client, userLength);
    const [passwordLength = 0] = await take(client, 1);
    const password = await take(client, passwordLength);
    const right = `${user.toString()}:${password.toString()}` === login;
    client.write(Buffer.from([1, right ? 0 : 1]));
    if (!right) return client.end();
  }
  const [, , , kind] = await take(client, 4);
  const address = kind === 1 ? [...(await take(client, 4))].join('.') : (await take(client, 16)).toString('hex');
  const port = (await take(client, 2)).readUInt16BE();
  asked.push(`${address}:${port}`);
  const reply = kind === 1 ? 0 : v6Reply;
  // The bound address as a name: any of the three kinds may come.
  client.write(Buffer.from([5, reply, 0, 3, 2, 0x68, 0x69, 0, 80]));
  return reply === 0 ? join(client, to) : client.end();
}

async function take(socket: Socket, length: number): Promise<Buffer> {
  for (;;) {
    const bytes = length === 0 ? Buffer.alloc(0) : (socket.read(length) as Buffer | null);
    if (bytes) return bytes;
    await once(socket, 'readable');
  }
}

function join(client: Socket, to: string): void {
  const [host, port] = to.split(':');
  const upstream = connect({ host: host ?? '', port: Number(port) });
  upstream.on('error', () => client.destroy());
  client.on('error', () => upstream.destroy());
  client.pipe(upstream).pipe(client);
}

async function listen(server: Server | HttpServer, address = '127.0.0.1', port = 0): Promise<Listening> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.listen(port, address);
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;
  return {
    port: bound.port,
    host: bound.family === 'IPv6' ? `[${bound.address}]:${bound.port}` : `${bound.address}:${bound.port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
