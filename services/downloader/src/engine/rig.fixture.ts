import { createEgress } from '@aniworld/egress';
import { type Origin, type OriginFile, startOrigin } from '@aniworld/testing';
import type { Source } from '@aniworld/contracts';
import { createHash } from 'node:crypto';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWire, type WirePatience } from '../wire/wire.ts';
import type { Fetched, FetchJob } from './engine.ts';
import { countHosts } from './hosts.ts';
import { fetchHttp } from './http.ts';

/** What a fetch left. */
export interface Outcome {
  size: number;
  sha256: string;
  fetched: Fetched;
}

/** The engine between a lying origin and a part file. */
export interface EngineRig extends AsyncDisposable {
  origin: Origin;
  /** The last state that was told to `onWritten`. */
  readonly fetched: Fetched;
  /** Fetches a file into the part file, which keeps its bytes from one call to the next. */
  fetch(name: string, changes?: Partial<FetchJob>, signal?: AbortSignal): Promise<Outcome>;
}

export async function startEngineRig(files: OriginFile[], patience: Partial<WirePatience> = {}): Promise<EngineRig> {
  await using stack = new AsyncDisposableStack();
  const origin = stack.use(await startOrigin({ files }));
  const egress = stack.use(createEgress({ allowPrivate: ['127.0.0.0/8'] }));
  const wire = stack.use(createWire(egress.dial, patience));
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-engine-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const path = join(folder, 'file.part');
  const handle = await open(path, 'w+');
  stack.defer(() => handle.close());
  const part = {
    path,
    handle,
    sync: async () => undefined,
    close: async () => undefined,
    async [Symbol.asyncDispose]() {},
  };
  let fetched: Fetched = { validator: null, total: null, ranges: [] };
  const owned = stack.move();
  return {
    origin,
    get fetched() {
      return fetched;
    },
    async fetch(name, changes = {}, signal = new AbortController().signal) {
      const source = sourceOf(origin.url(name));
      const job: FetchJob = {
        source,
        resolveAgain: async () => sourceOf(origin.url(name)),
        wire,
        hosts: countHosts(),
        part,
        start: fetched,
        connections: 4,
        leastBytesPerSecond: 0,
        passes: () => undefined,
        onWritten: (now) => void (fetched = now),
        ...changes,
      };
      const size = await fetchHttp(job, signal);
      const data = (await readFile(path)).subarray(0, size);
      return { size, sha256: createHash('sha256').update(data).digest('hex'), fetched };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function sourceOf(url: string): Source {
  return { engine: 'http', url, headers: {}, size: null, sha256: null, sha1: null, md5: null, crc32: null, ext: 'mp4' };
}
