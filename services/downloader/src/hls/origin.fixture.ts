import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What an address gives instead of its file. Bytes are sent as if they were the file. */
export type Lie = Buffer | string | ((request: IncomingMessage, response: ServerResponse) => void);

/** An origin that serves a folder, ranges included, and lies where it is told to. */
export interface FolderOrigin extends AsyncDisposable {
  url(name: string): string;
  /** What is served instead of a file, by its name; undefined: the file again. */
  readonly lies: Map<string, Lie>;
  /** Names in the order of asking. */
  readonly asked: string[];
  readonly headers: Map<string, IncomingMessage['headers']>;
  /** Requests that were open at once, at most. */
  readonly peak: number;
  /** How far away it is: it thinks so long about each request. */
  latencyMs: number;
}

export async function serveFolder(folder: string): Promise<FolderOrigin> {
  const lies: FolderOrigin['lies'] = new Map();
  const asked: string[] = [];
  const headers: FolderOrigin['headers'] = new Map();
  let [open, peak, latencyMs] = [0, 0, 0];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const name = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname.slice(1));
    asked.push(name);
    headers.set(name, request.headers);
    peak = Math.max(peak, ++open);
    response.once('close', () => (open -= 1));
    if (latencyMs > 0) await delay(latencyMs);
    const lie = lies.get(name);
    if (typeof lie === 'function') return lie(request, response);
    const file = join(folder, normalize(`/${name}`));
    const data = lie === undefined ? await readFile(file).catch(() => null) : Buffer.from(lie as string);
    if (data) sendRange(request, response, data);
    else response.writeHead(404).end();
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url: (name) => base + name,
    lies,
    asked,
    headers,
    get peak() {
      return peak;
    },
    get latencyMs() {
      return latencyMs;
    },
    set latencyMs(ms) {
      latencyMs = ms;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function sendRange(request: IncomingMessage, response: ServerResponse, data: Buffer): void {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (!range) return void response.writeHead(200, { 'content-length': data.length }).end(data);
  const start = Number(range[1]);
  const end = range[2] ? Math.min(data.length, Number(range[2]) + 1) : data.length;
  if (start >= data.length) return void response.writeHead(416, { 'content-range': `bytes */${data.length}` }).end();
  const part = data.subarray(start, end);
  const about = { 'content-length': part.length, 'content-range': `bytes ${start}-${end - 1}/${data.length}` };
  response.writeHead(206, about).end(part);
}
