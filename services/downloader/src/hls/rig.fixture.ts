import { AppConfig, Source } from '@aniworld/contracts';
import { createEgress } from '@aniworld/egress';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Part } from '../part.ts';
import { createWire } from '../wire/wire.ts';
import { fetchOver } from './bytes.ts';
import { fetchHls } from './hls.ts';
import type { HlsFetched, HlsJob, HlsResult } from './job.ts';
import { type FolderOrigin, serveFolder } from './origin.fixture.ts';

const NOTHING: HlsFetched = { validator: null, total: null, ranges: [], runs: [] };

/** The engine between an origin that serves a folder and a part file. */
export interface HlsRig extends AsyncDisposable {
  origin: FolderOrigin;
  /** What the origin serves. */
  folder: string;
  /** Of the part file. */
  path: string;
  /** The last state that was told to `onWritten`. */
  fetched: HlsFetched;
  /** Fetches into the part file, going on where the last call stopped. */
  fetch(name: string, changes?: HlsChanges, signal?: AbortSignal): Promise<HlsResult>;
  bytes(): Promise<Buffer>;
}

export interface HlsChanges extends Partial<Omit<HlsJob, 'settings'>> {
  settings?: Partial<HlsJob['settings']>;
  headers?: Record<string, string>;
}

/** A path that is no program: the stream stays as it came. */
export const NO_FFMPEG = { settings: { ffmpeg_path: '/nowhere/ffmpeg' } };

export async function startHlsRig(): Promise<HlsRig> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-hls-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const own = await mkdtemp(join(tmpdir(), "aniworld-hls part's, "));
  stack.defer(() => rm(own, { recursive: true }));
  const origin = stack.use(await serveFolder(folder));
  const egress = stack.use(createEgress({ allowPrivate: ['127.0.0.0/8'] }));
  const wire = stack.use(createWire(egress.dial));
  const path = join(own, 'file.part');
  let fetched = NOTHING;
  await (await open(path, 'w')).close();
  const owned = stack.move();
  return {
    ...{ origin, folder, path },
    get fetched() {
      return fetched;
    },
    set fetched(state) {
      fetched = state;
    },
    async fetch(name, { settings, headers = {}, ...changes } = {}, signal = new AbortController().signal) {
      await using part = await openFile(path);
      const source = Source.parse({ engine: 'hls', url: origin.url(name), headers });
      const job: HlsJob = {
        source,
        resolveAgain: async () => source,
        ...{ part, start: fetched, connections: 4, leastBytesPerSecond: 0, passes: () => undefined },
        searchPath: process.env['PATH'] ?? '',
        settings: { ...AppConfig.parse({}).download, ...settings },
        fetchBytes: fetchOver(wire),
        scratch: join(own, 'file.parts'),
        onWritten: (now) => void (fetched = now),
        ...changes,
      };
      return await fetchHls(job, signal);
    },
    bytes: () => readFile(path),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A new handle each time: joining puts another file in its place. */
async function openFile(path: string): Promise<Part> {
  const handle = await open(path, 'r+');
  const close = () => handle.close();
  return { path, handle, sync: () => handle.datasync(), close, [Symbol.asyncDispose]: close };
}
