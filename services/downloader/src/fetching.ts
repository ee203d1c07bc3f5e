import type { Resolved, Source } from '@aniworld/contracts';
import { rename } from 'node:fs/promises';
import { wantedChecksums } from './checksum.ts';
import type { Following } from './digest.ts';
import type { Fetched, FetchJob } from './engine/engine.ts';
import { fetchHttp } from './engine/http.ts';
import type { Equipment } from './equipment.ts';
import { fetchOver } from './hls/bytes.ts';
import { fetchHls } from './hls/hls.ts';
import type { Sidecar } from './hls/job.ts';
import type { Held } from './keeper.ts';
import { type Part, scratchPath } from './part.ts';
import type { Progress } from './progress.ts';
import type { Recorder } from './recorder.ts';
import type { Leased } from './store/lease.ts';
import { fetchWithYtdlp } from './ytdlp/ytdlp.ts';

export interface Fetching {
  equipment: Equipment;
  item: Leased;
  resolved: Resolved;
  /** Asks the provider again for a link that has expired. */
  resolveAgain: () => Promise<Source>;
  part: Part;
  /** Whether the part file has what the checkpoint says. */
  kept: boolean;
  progress: Progress;
  recorder: Recorder;
  held: Held;
}

/** What is in the part file now. */
export interface FetchedFile extends Disposable {
  size: number;
  ext: string;
  /** What the provider announced and what holds for the file as it is now. */
  announced: Source;
  following: Following;
  sidecars: Sidecar[];
  /** What people should know, one sentence each. */
  notes: string[];
}

/** Fetches an item's source into its part file, with the engine that the source needs. @throws Failure */
export async function fetchFile(fetching: Fetching): Promise<FetchedFile> {
  const signal = AbortSignal.any([fetching.held.signal, fetching.recorder.lost]);
  return engines[fetching.resolved.source.engine](fetching, signal);
}

type Run = (fetching: Fetching, signal: AbortSignal) => Promise<FetchedFile>;

const engines: Record<Source['engine'], Run> = { http: runHttp, hls: runHls, ytdlp: runYtdlp };

async function runHttp(fetching: Fetching, signal: AbortSignal): Promise<FetchedFile> {
  const { source } = fetching.resolved;
  const { part } = fetching;
  await using stack = new AsyncDisposableStack();
  const following = stack.use(follow(fetching, source));
  const onFetched = ({ ranges }: Fetched) => following.reach(ranges[0]?.[0] === 0 ? ranges[0][1] : 0);
  const size = await withJob(fetching, onFetched, (job) => fetchHttp(job, signal));
  // What an entity before this one left behind its end.
  if ((await part.handle.stat()).size > size) await part.handle.truncate(size);
  await part.sync();
  stack.move();
  return fetchedFile(following, { size, ext: source.ext, announced: source, sidecars: [], notes: [] });
}

async function runHls(fetching: Fetching, signal: AbortSignal): Promise<FetchedFile> {
  const { equipment, resolved } = fetching;
  const settings = equipment.settings.current.download;
  const own = { settings, fetchBytes: fetchOver(equipment.wire), scratch: scratchOf(fetching) };
  const result = await withJob(
    fetching,
    () => undefined,
    (job) => fetchHls({ ...job, ...own }, signal),
  );
  // The joined file has other bytes than the stream; it is on the disk already, under the part file's name.
  const announced = unannounced(resolved.source);
  return fetchedFile(follow(fetching, announced), { ...result, announced });
}

async function runYtdlp(fetching: Fetching, signal: AbortSignal): Promise<FetchedFile> {
  const { equipment, resolved, part, progress, recorder, held } = fetching;
  const { egress, searchPath, settings } = equipment;
  let before = 0;
  const result = await fetchWithYtdlp(
    {
      ...{ source: resolved.source, settings: settings.current.download, egress, searchPath },
      scratch: scratchOf(fetching),
      onProgress(done, total) {
        held.progressed();
        // Nothing of it is in the part file; the checkpoint only says that the scratch folder belongs to the item.
        recorder.written({ validator: null, total: null, ranges: [] }, 0);
        progress.written(done, total, Math.max(0, done - before));
        before = done;
      },
    },
    signal,
  );
  await rename(result.path, part.path);
  const announced = unannounced(resolved.source);
  return fetchedFile(follow(fetching, announced), { ...result, announced });
}

/** Runs an engine that writes to the part file, with everything that its writes are to be told to. */
async function withJob<T>(
  { equipment, item, resolved, resolveAgain, part, kept, progress, recorder, held }: Fetching,
  onFetched: (fetched: Fetched) => void,
  run: (job: FetchJob) => Promise<T>,
): Promise<T> {
  const { queue, download } = equipment.settings.current;
  const start: Fetched = kept && item.checkpoint ? item.checkpoint : { validator: null, total: null, ranges: [] };
  using passage = equipment.bandwidth.enter(item.host);
  onFetched(start);
  return await run({
    source: resolved.source,
    resolveAgain,
    ...{ wire: equipment.wire, hosts: equipment.hosts, part, start },
    connections: queue.connections,
    leastBytesPerSecond: download.least_bytes_per_second,
    passes(bytes, signal) {
      const passed = passage.passes(bytes, signal);
      const room = recorder.room(bytes);
      return passed && room ? passed.then(() => room) : (passed ?? room);
    },
    onWritten(fetched, bytes) {
      held.progressed();
      recorder.written(fetched, bytes);
      onFetched(fetched);
      progress.written(recorder.done, fetched.total ?? resolved.source.size, bytes);
    },
  });
}

const scratchOf = ({ item, resolved }: Fetching) => scratchPath(resolved.folder, item.id, item.lease_epoch);

const follow = ({ equipment, part }: Fetching, announced: Source) =>
  equipment.digester.follow(part.path, wantedChecksums(announced));

const unannounced = (source: Source): Source => ({
  ...source,
  size: null,
  sha256: null,
  sha1: null,
  md5: null,
  crc32: null,
});

function fetchedFile(following: Following, file: Omit<FetchedFile, 'following' | typeof Symbol.dispose>): FetchedFile {
  return { ...file, following, [Symbol.dispose]: () => following[Symbol.dispose]() };
}
