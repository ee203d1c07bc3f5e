import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { track } from '../leaks.ts';
import { type FileState, type Running, serveConnection } from './connection.ts';
import { Gate } from './gate.ts';
import { OriginLog, type OriginLogEntry } from './log.ts';
import { Pace } from './pace.ts';
import type { OriginFile } from './reply.ts';

/** `host` is a loopback address; `port` 0 takes a free one. */
export type OriginOptions = { files?: readonly OriginFile[]; host?: string; port?: number };

/** What may be changed of a registered file. */
export type OriginFileChanges = Partial<Omit<OriginFile, 'name'>>;

/**
 * Starts an HTTP/1.1 origin on the loopback whose files are made from seeds and which lies as its files' behaviours say. It
 * speaks through bare sockets, because an HTTP library refuses to send what a lying server sends. Rejects when the
 * port can't be had.
 */
export async function startOrigin({ files = [], host = '127.0.0.1', port = 0 }: OriginOptions = {}): Promise<Origin> {
  const ending = new AbortController();
  const running: Running = { files: new Map(), log: new OriginLog(), gate: new Gate(), ending: ending.signal };
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    connections += 1;
    void serveConnection(socket, connections, running);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const origin = new Origin(server, running, async () => {
    if (ending.signal.aborted) return;
    ending.abort();
    running.log.close();
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  for (const file of files) origin.add(file);
  return track('origin', origin);
}

/** A running origin. `name` is always that of a registered file; an unknown one throws. Disposing cuts all connections. */
export class Origin implements AsyncDisposable {
  readonly log: OriginLog;
  readonly port: number;
  readonly #base: string;
  readonly #running: Running;
  readonly #stop: () => Promise<void>;

  constructor(server: Server, running: Running, stop: () => Promise<void>) {
    const { address, port } = server.address() as AddressInfo;
    this.port = port;
    this.log = running.log;
    this.#base = `http://${address}:${port}`;
    this.#running = running;
    this.#stop = stop;
  }

  /** The address of a file, with its current signature if it was ever renewed. */
  url(name: string): string {
    const { signature } = this.#state(name);
    const path = name.split('/').map(encodeURIComponent).join('/');
    return `${this.#base}/${path}${signature > 0 ? `?sig=${signature}` : ''}`;
  }

  /** Registers a file and gives its address. A name that is taken throws. */
  add(file: OriginFile): string {
    const { files, gate } = this.#running;
    if (files.has(file.name)) throw new Error(`the origin has a file "${file.name}" already`);
    files.set(file.name, {
      file,
      pace: new Pace(file.bytesPerSecond ?? 0),
      requests: 0,
      signature: 0,
      cut: new AbortController(),
    });
    for (const offset of file.holdAt ?? []) gate.hold(file.name, offset);
    return this.url(file.name);
  }

  /** Changes a file from the next request on, behind its readers' backs. */
  change(name: string, changes: OriginFileChanges): void {
    const state = this.#state(name);
    state.file = { ...state.file, ...changes };
    if (changes.bytesPerSecond !== undefined) state.pace = new Pace(changes.bytesPerSecond);
    for (const offset of changes.holdAt ?? []) this.#running.gate.hold(name, offset);
  }

  /** Gives a file a new address (`?sig=1`, `?sig=2`, ...), as a provider does when the old one has expired. */
  renew(name: string, changes: OriginFileChanges = {}): string {
    this.change(name, changes);
    this.#state(name).signature += 1;
    return this.url(name);
  }

  /** Lets no stream of the file go past `offset` until it is released; headers and the bytes before it are sent. */
  hold(name: string, offset: number): void {
    this.#running.gate.hold(this.#state(name).file.name, offset);
  }

  /** Opens the holds of a file: all of them, or those at `offset`. */
  release(name: string, offset?: number): void {
    this.#running.gate.release(this.#state(name).file.name, offset);
  }

  /** Closes the connections over which the file is being sent just now. */
  cut(name: string): void {
    const state = this.#state(name);
    state.cut.abort();
    state.cut = new AbortController();
  }

  /** Resolves once some reply that began at or before `offset` has sent all bytes up to it. */
  async reached(name: string, offset: number, signal?: AbortSignal): Promise<void> {
    this.#state(name);
    await this.log.until((log) => log.of(name).some((entry) => covers(entry, offset)), signal);
  }

  /** Resolves once the file has been asked for `count` times. */
  async requested(name: string, count: number, signal?: AbortSignal): Promise<void> {
    this.#state(name);
    await this.log.until((log) => log.of(name).length >= count, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }

  #state(name: string): FileState {
    const state = this.#running.files.get(name);
    if (!state) throw new Error(`the origin has no file "${name}"`);
    return state;
  }
}

function covers({ from, to }: OriginLogEntry, offset: number): boolean {
  return from !== undefined && to !== undefined && from <= offset && to >= offset;
}
