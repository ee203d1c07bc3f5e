import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import { z } from 'zod';
import { BackupError, FORMAT, MANIFEST, Manifest, type TableEntry } from './manifest.ts';

/** A backup that is open for reading. */
export interface Archive extends AsyncDisposable {
  manifest: Manifest;
  /** The rows of a table. */
  read(table: TableEntry): Promise<Readable>;
}

/** More than any manifest has; a file that claims more is none of ours. */
const MOST_MANIFEST_BYTES = 10_000_000;

/** Opens a backup and reads its manifest. @throws BackupError when it is no backup, a damaged one or a newer one */
export async function openArchive(path: string, version: string): Promise<Archive> {
  const zip = await yauzl.openPromise(path, { autoClose: false, lazyEntries: true }).catch((cause: unknown) => {
    throw new BackupError(unreadable(path, cause), { cause });
  });
  try {
    const entries = new Map<string, yauzl.Entry>();
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    const manifest = await readManifest(zip, entries.get(MANIFEST), path);
    if (isNewer(manifest.version, version)) throw new BackupError(tooNew(path, manifest.version, version));
    return {
      manifest,
      async read({ file }) {
        const entry = entries.get(file);
        if (!entry) throw new BackupError(`The backup ${path} is damaged: ${file} is missing.`);
        return zip.openReadStreamPromise(entry);
      },
      async [Symbol.asyncDispose]() {
        zip.close();
      },
    };
  } catch (error) {
    zip.close();
    throw error instanceof BackupError ? error : damaged(path, 'its directory', error);
  }
}

/**
 * Reads everything and compares it with what the manifest says, so that a damaged file is refused before anything is changed.
 * @throws BackupError naming the first part that is not what it should be
 */
export async function verifyArchive(archive: Archive, path: string, signal?: AbortSignal): Promise<void> {
  for (const { tables } of Object.values(archive.manifest.services))
    for (const table of tables) {
      signal?.throwIfAborted();
      await verifyTable(archive, table).catch((error: unknown) => {
        throw error instanceof BackupError ? error : damaged(path, table.file, error);
      });
    }
}

async function verifyTable(archive: Archive, table: TableEntry): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of (await archive.read(table)) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    if (bytes > table.bytes) break;
  }
  if (bytes !== table.bytes || hash.digest('hex') !== table.sha256) throw new Error('its checksum is another one');
}

async function readManifest(zip: yauzl.ZipFile, entry: yauzl.Entry | undefined, path: string): Promise<Manifest> {
  if (!entry || entry.uncompressedSize > MOST_MANIFEST_BYTES) throw new BackupError(`${path} is not a backup.`);
  const data = await buffer(await zip.openReadStreamPromise(entry));
  if (crc32(data) !== entry.crc32) throw damaged(path, MANIFEST);
  const parsed = Manifest.safeParse(JSON.parse(data.toString('utf8')));
  if (parsed.success) return parsed.data;
  const { data: stated } = z
    .object({ format: z.int(), version: z.string() })
    .safeParse(JSON.parse(data.toString('utf8')));
  if (stated && stated.format > FORMAT) throw new BackupError(tooNew(path, stated.version));
  throw damaged(path, MANIFEST, parsed.error);
}

const damaged = (path: string, part: string, cause?: unknown) =>
  new BackupError(`The backup ${path} is damaged: ${part} can't be trusted. Nothing was restored; take another one.`, {
    cause,
  });

function unreadable(path: string, cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `There is no file ${path}.`;
  if (code === 'EACCES' || code === 'EPERM') return `The file ${path} may not be read.`;
  return `${path} is not a backup, or it was cut short.`;
}

const tooNew = (path: string, version: string, own?: string) =>
  `The backup ${path} is of version ${version}, which is newer than this program${own ? ` (${own})` : ''}. Install that version first.`;

function isNewer(version: string, than: string): boolean {
  const parts = (text: string) => text.split(/[.-]/, 3).map((part) => Number.parseInt(part, 10) || 0);
  const [a, b] = [parts(version), parts(than)];
  const at = a.findIndex((part, i) => part !== (b[i] ?? 0));
  return at !== -1 && a[at]! > (b[at] ?? 0);
}
