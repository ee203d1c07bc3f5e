import { connect } from 'node:net';

/** What came over the wire: `ended` is how the connection did, or `taken` when the caller had enough. */
export type RawReply = {
  status: number;
  headers: [name: string, value: string][];
  body: Buffer;
  ended: 'close' | 'reset' | 'taken';
};

/** `bytes` is how much of the body to wait for before leaving; without it, until the other side ends the connection. */
export type RawRequest = { method?: string; headers?: Record<string, string>; bytes?: number };

/**
 * Asks for a URL on a connection of its own and gives what came, undecoded. A client library hides just what these tests are
 * about: repeated headers, chunk frames, and how a connection ended.
 */
export async function rawGet(url: string, { method = 'GET', headers = {}, bytes }: RawRequest = {}): Promise<RawReply> {
  const { hostname, port, pathname, search } = new URL(url);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries({ host: hostname, connection: 'close', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.write(`${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`);
  let received = Buffer.alloc(0);
  const { promise, resolve } = Promise.withResolvers<RawReply['ended']>();
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
    const head = received.indexOf('\r\n\r\n');
    if (bytes !== undefined && head >= 0 && received.length >= head + 4 + bytes) resolve('taken');
  });
  socket.once('error', () => resolve('reset')).once('end', () => resolve('close'));
  const ended = await promise;
  socket.destroy();
  return { ...parse(received), ended };
}

/** The values of a header, one for each time it was sent. */
export function valuesOf(reply: RawReply, name: string): string[] {
  return reply.headers.filter(([known]) => known.toLowerCase() === name).map(([, value]) => value);
}

function parse(received: Buffer): Omit<RawReply, 'ended'> {
  const at = received.indexOf('\r\n\r\n');
  const [first = '', ...lines] = received.subarray(0, Math.max(0, at)).toString('latin1').split('\r\n');
  const headers = lines.map((line): [string, string] => [
    line.slice(0, line.indexOf(':')),
    line.slice(line.indexOf(':') + 2),
  ]);
  return { status: Number(first.split(' ')[1]), headers, body: received.subarray(at < 0 ? received.length : at + 4) };
}
