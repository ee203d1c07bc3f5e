import type { Duplex } from 'node:stream';
import { readAddress } from './address.ts';
import { proxyError, readMessage } from './handshake.ts';

/**
 * Asks an HTTP proxy for a tunnel (RFC 9110 section 9.3.6), for http targets too: the bytes that follow are the same for all.
 * @param proxy its URL, with the user and the password that it wants
 * @param authority `address:port`
 * @throws an Error with the code ECONNPROXY
 */
export async function askHttpProxy(stream: Duplex, proxy: URL, authority: string, signal: AbortSignal): Promise<void> {
  const login = credentialsOf(proxy);
  const basic = login && Buffer.from(`${login.user}:${login.password}`).toString('base64');
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  if (basic) lines.push(`Proxy-Authorization: Basic ${basic}`);
  stream.write(`${lines.join('\r\n')}\r\n\r\n`);
  const head = await readMessage(stream, headLength, signal);
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1'))?.[1];
  if (status === '407') throw proxyError('The proxy wants another user or password.');
  if (!status?.startsWith('2')) throw proxyError(`The proxy refused the connection (${status ?? 'no HTTP proxy'}).`);
}

function headLength(bytes: Buffer): number | null {
  const end = bytes.indexOf('\r\n\r\n');
  return end === -1 ? null : end + 4;
}

const VERSION = 5;
const NO_LOGIN = 0;
const PASSWORD = 2;
const CONNECT = 1;
const [IPV4, NAME, IPV6] = [1, 3, 4];
const LOGIN_VERSION = 1;
/** RFC 1928 section 6. */
const REPLIES = ['', 'failed', 'forbids it', 'has no network', 'has no way there', 'was refused', 'timed out'];

/**
 * Asks a SOCKS5 proxy for a connection to an address (RFC 1928, login by RFC 1929). Names are never handed to it: the address
 * that was vetted is the one that it connects to.
 * @throws an Error with the code ECONNPROXY
 */
export async function askSocksProxy(
  stream: Duplex,
  proxy: URL,
  target: { address: string; port: number },
  signal: AbortSignal,
): Promise<void> {
  const login = credentialsOf(proxy);
  stream.write(Buffer.from(login ? [VERSION, 2, NO_LOGIN, PASSWORD] : [VERSION, 1, NO_LOGIN]));
  const [version, method] = await readMessage(stream, () => 2, signal);
  if (version !== VERSION) throw proxyError('The proxy does not speak SOCKS5.');
  if (method === PASSWORD && login) await logIn(stream, login, signal);
  else if (method !== NO_LOGIN) throw proxyError('The proxy wants a user and a password.');
  const address = readAddress(target.address);
  if (!address) throw proxyError('There is no address to hand to the proxy.');
  const kind = address.kind() === 'ipv4' ? IPV4 : IPV6;
  const port = [target.port >> 8, target.port & 0xff];
  stream.write(Buffer.from([VERSION, CONNECT, 0, kind, ...address.toByteArray(), ...port]));
  const [, reply = 1] = await readMessage(stream, replyLength, signal);
  if (reply !== 0) throw proxyError(`The proxy could not connect: it ${REPLIES[reply] ?? `answered ${reply}`}.`);
}

async function logIn(stream: Duplex, { user, password }: Login, signal: AbortSignal): Promise<void> {
  const [name, secret] = [Buffer.from(user), Buffer.from(password)];
  if (name.length > 255 || secret.length > 255) throw proxyError('The user or the password of the proxy is too long.');
  const parts = [Buffer.from([LOGIN_VERSION, name.length]), name, Buffer.from([secret.length]), secret];
  stream.write(Buffer.concat(parts));
  const [, status] = await readMessage(stream, () => 2, signal);
  if (status !== 0) throw proxyError('The proxy wants another user or password.');
}

/** Four bytes, then an address whose length its kind says, then two bytes of port. */
function replyLength(bytes: Buffer): number | null {
  const [, , , kind, first] = bytes;
  if (kind === undefined || first === undefined) return null;
  const length = kind === IPV6 ? 16 : kind === NAME ? first + 1 : 4;
  return 4 + length + 2;
}

interface Login {
  user: string;
  password: string;
}

function credentialsOf({ username, password }: URL): Login | null {
  return username === '' ? null : { user: decodeURIComponent(username), password: decodeURIComponent(password) };
}
