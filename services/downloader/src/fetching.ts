import type { Resolved, Source } from '@aniworld/contracts';
import { open, rename, rm } from 'node:fs/promises';
import { wantedChecksums } from './checksum.ts';
import type { Following } from './digest.ts';
import type { Fetched, FetchJob } from './engine/engine.ts';
import { fetchHttp } from './engine/http.ts';
import type { Equipment } from './equipment.ts';
import { Failure } from './failure.ts';
import type { HlsResult, Sidecar } from './hls/job.ts';
import type { Held } from './keeper.ts';
import { type Part, scratchPath } from './part.ts';
import type { Progress } from './progress.ts';
import type { Recorder } from './recorder.ts';
import type { Leased } from './store/lease.ts';
import type { YtdlpResult } from './ytdlp/job.ts';

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

/** What is in the part file now. Disposal removes what the engine made besides, such as the sidecars. */
export interface FetchedFile extends AsyncDisposable {
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
  let end = 0;
  const told = {
    reach: following.reach,
    wrote(bytes: Buffer, at: number) {
      end = Math.max(end, at + bytes.length);
      following.wrote(bytes, at);
    },
  };
  const size = await withJob(fetching, told, (job) => fetchHttp(job, signal));
  // Of a file that was begun in this try it is known.
  const onDisk = fetching.kept ? (await part.handle.stat()).size : end;
  if (onDisk < size) throw new Failure('bad_content', `The file has ${onDisk} bytes on the disk and not ${size}.`);
  // What an entity before this one left behind its end.
  if (onDisk > size) await part.handle.truncate(size);
  await part.sync();
  fetching.recorder.whole();
  return fetchedFile(stack.move(), { size, ext: source.ext, announced: source, following, sidecars: [], notes: [] });
}

async function runHls(fetching: Fetching, signal: AbortSignal): Promise<FetchedFile> {
  const { equipment } = fetching;
  const settings = equipment.settings.current.download;
  const { wire, searchPath } = equipment;
  // What most workers never need is loaded with the first item that does: sixteen workers are sixteen times its memory.
  const [{ fetchHls }, { fetchOver }] = await Promise.all([import('./hls/hls.ts'), import('./hls/bytes.ts')]);
  const own = { settings, searchPath, fetchBytes: fetchOver(wire), scratch: scratchOf(fetching) };
  const result = await withJob(fetching, { reach: () => undefined, wrote: () => undefined }, (job) =>
    fetchHls({ ...job, ...own }, signal),
  );
  // The joined file has other bytes than the stream; it is on the disk already, under the part file's name.
  return fromScratch(fetching, result);
}

async function runYtdlp(fetching: Fetching, signal: AbortSignal): Promise<FetchedFile> {
  const { equipment, resolved, part, progress, recorder, held } = fetching;
  const { egress, searchPath, settings } = equipment;
  const { fetchWithYtdlp } = await import('./ytdlp/ytdlp.ts');
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
  {
    // Nothing else has put it on the disk, and the row that announces it must not say so before.
    await using file = await open(part.path, 'r');
    await file.sync();
  }
  return fromScratch(fetching, result);
}

/** A file that an engine put together: the provider announced other bytes. */
function fromScratch(fetching: Fetching, result: HlsResult | YtdlpResult): FetchedFile {
  const announced = unannounced(fetching.resolved.source);
  const stack = new AsyncDisposableStack();
  stack.defer(() => rm(scratchOf(fetching), { recursive: true, force: true }));
  const { size, ext, sidecars, notes } = result;
  return fetchedFile(stack, {
    size,
    ext,
    sidecars,
    notes,
    announced,
    following: stack.use(follow(fetching, announced)),
  });
}

/** Runs an engine that writes to the part file, with everything that its writes are to be told to. */
async function withJob<T>(
  { equipment, item, resolved, resolveAgain, part, kept, progress, recorder, held }: Fetching,
  following: Pick<Following, 'reach' | 'wrote'>,
  run: (job: FetchJob) => Promise<T>,
): Promise<T> {
  const { queue, download } = equipment.settings.current;
  const start: Fetched = kept && item.checkpoint ? item.checkpoint : { validator: null, total: null, ranges: [] };
  using passage = equipment.bandwidth.enter(item.host);
  following.reach(beginningOf(start));
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
    onWritten(fetched, bytes, written) {
      held.progressed();
      recorder.written(fetched, bytes);
      following.reach(beginningOf(fetched));
      if (written) following.wrote(written.bytes, written.at);
      progress.written(recorder.done, fetched.total ?? resolved.source.size, bytes);
    },
  });
}

/** As far as the file is whole from its first byte. */
const beginningOf = ({ ranges: [first] }: Fetched) => (first?.[0] === 0 ? first[1] : 0);

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

function fetchedFile(owned: AsyncDisposableStack, file: Omit<FetchedFile, typeof Symbol.asyncDispose>): FetchedFile {
  return { ...file, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
