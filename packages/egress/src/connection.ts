import { once } from 'node:events';
import { isIP, connect as netConnect, type OnReadOpts, type Socket } from 'node:net';
import { type ConnectionOptions, type SecureContext, connect as tlsConnect, type TLSSocket } from 'node:tls';
import { askHttpProxy, askSocksProxy } from './proxy.ts';
import { proxyError } from './handshake.ts';
import { inTurns, race } from './race.ts';
import type { Resolver, Vetted } from './target.ts';

/** How connections are made. */
export interface Way {
  proxy: URL | null;
  /** Undefined: the usual certificate authorities. */
  trust: SecureContext | undefined;
  resolve: Resolver;
}

/**
 * Connects to a vetted target, through the proxy when there is one. What is private is reached from here and is not the
 * proxy's affair. TLS is verified whatever the process' environment says, and speaks HTTP/1.1.
 */
export async function connect(target: Vetted, way: Way, signal: AbortSignal, onread?: OnReadOpts): Promise<Socket> {
  if (way.proxy && !target.private) return through(way.proxy, target, way, signal, onread);
  const { port, secure } = target;
  const open = (host: string) => {
    // The types of TLS don't know `onread`, which it hands on to the socket.
    const options: ConnectionOptions & { onread: OnReadOpts | undefined } = { host, port, onread };
    return secure
      ? tlsConnect({ ...options, ...tlsOptions(target.host, host, way) })
      : netConnect({ host, port, onread });
  };
  const socket = await race(target.addresses, open, signal);
  socket.setNoDelay(true);
  return secure ? secured(socket as TLSSocket, signal) : socket;
}

function tlsOptions(name: string, address: string, { trust }: Way): ConnectionOptions {
  return {
    host: address,
    // An address is no server name (RFC 6066 section 3); the certificate is compared with `host` then.
    ...(isIP(name) === 0 && { servername: name }),
    ...(trust && { secureContext: trust }),
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: true,
  };
}

async function secured(socket: TLSSocket, signal: AbortSignal): Promise<TLSSocket> {
  try {
    await once(socket, 'secureConnect', { signal });
    return socket;
  } catch (error) {
    socket.on('error', () => undefined).destroy();
    throw signal.aborted ? signal.reason : error;
  }
}

/** Tries one address after the other: which families the proxy can reach is known to it alone. */
async function through(
  proxy: URL,
  target: Vetted,
  way: Way,
  signal: AbortSignal,
  onread: OnReadOpts | undefined,
): Promise<Socket> {
  let failure: unknown;
  for (const address of inTurns(target.addresses).slice(0, MOST_TUNNELS)) {
    const tunnel = await reach(proxy, way, signal);
    try {
      await ask(proxy, tunnel, { address, port: target.port }, signal);
    } catch (error) {
      tunnel.on('error', () => undefined).destroy();
      signal.throwIfAborted();
      failure = error;
      continue;
    }
    const options = { ...tlsOptions(target.host, address, way), socket: tunnel };
    const socket = target.secure ? await secured(tlsConnect(options), signal) : tunnel;
    if (onread) readInto(socket, onread);
    return socket;
  }
  throw failure;
}

/** Two of each family. */
const MOST_TUNNELS = 4;

function ask(proxy: URL, tunnel: Socket, to: { address: string; port: number }, signal: AbortSignal): Promise<void> {
  if (proxy.protocol.startsWith('socks5')) return askSocksProxy(tunnel, proxy, to, signal);
  const host = isIP(to.address) === 6 ? `[${to.address}]` : to.address;
  return askHttpProxy(tunnel, proxy, `${host}:${to.port}`, signal);
}

const PROXY_PORTS: Record<string, number> = { 'http:': 80, 'https:': 443 };
const SOCKS_PORT = 1080;

/** The proxy itself is the user's own choice and may stand anywhere. */
async function reach(proxy: URL, way: Way, signal: AbortSignal): Promise<Socket> {
  const name = proxy.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(proxy.port) || (PROXY_PORTS[proxy.protocol] ?? SOCKS_PORT);
  const secure = proxy.protocol === 'https:';
  try {
    const addresses = isIP(name) === 0 ? await way.resolve(name) : [name];
    const own: Vetted = { host: name, port, secure, addresses: [...addresses], private: true };
    return await connect(own, { ...way, proxy: null }, signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw proxyError(`The proxy at ${name}:${port} could not be reached.`, error);
  }
}

/** Sockets that had another reader before can't fill a buffer by themselves: does what `onread` does, with one copy more. */
function readInto(socket: Socket, { buffer, callback }: OnReadOpts): void {
  socket.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; ) {
      const into = typeof buffer === 'function' ? buffer() : buffer;
      const piece = chunk.subarray(at, at + into.length);
      into.set(piece);
      at += piece.length;
      if (callback(piece.length, into)) continue;
      socket.pause();
      if (at < chunk.length) socket.unshift(chunk.subarray(at));
      return;
    }
  });
}
