import type { Socket } from 'node:net';

/**
 * A request's head: method, target as sent, and headers with names in lower case; repeated ones are joined by commas.
 * `lastOne` says that the client wants the connection closed afterwards (RFC 9112 section 9.3).
 */
export type RequestHead = { method: string; target: string; headers: Map<string, string>; lastOne: boolean };

const endOfHead = Buffer.from('\r\n\r\n');
const largestHead = 256 * 1024;

/**
 * The heads of the requests on a connection, as they come, pipelined ones included (RFC 9112 section 9.3.2). Ends when the client
 * has closed its side, or says something that isn't a request without a body. The socket is read all the time, so
 * that a client's leaving is noticed while a reply is being sent.
 */
export async function* readHeads(socket: Socket): AsyncGenerator<RequestHead> {
  let unread = Buffer.alloc(0);
  let [ended, wake] = [false, () => {}];
  const end = () => {
    ended = true;
    wake();
  };
  socket.on('data', (data) => {
    unread = Buffer.concat([unread, data]);
    wake();
  });
  socket.once('end', end).once('close', end);
  while (unread.length <= largestHead) {
    const at = unread.indexOf(endOfHead);
    if (at >= 0) {
      const head = parseHead(unread.subarray(0, at).toString('latin1'));
      unread = unread.subarray(at + endOfHead.length);
      if (!head) return;
      yield head;
    } else if (ended) return;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}

function parseHead(text: string): RequestHead | undefined {
  const [first = '', ...lines] = text.split('\r\n');
  const [, method, target, version] = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/.exec(first) ?? [];
  if (method === undefined || target === undefined) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  const hasBody = headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) !== 0;
  const connection = headers.get('connection')?.toLowerCase() ?? '';
  const lastOne = connection.includes('close') || (version === '0' && !connection.includes('keep-alive'));
  return hasBody ? undefined : { method, target, headers, lastOne };
}
