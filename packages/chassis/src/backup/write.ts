import type { ServiceName } from '@aniworld/contracts';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';
import type { Bus } from '../bus.ts';
import { type Collected, collect } from './collect.ts';
import { FORMAT, MANIFEST, type Manifest, type SchemaEntry, type TableEntry } from './manifest.ts';
import type { TablePiece } from './snapshot.ts';

export interface WriteOptions {
  bus: Bus;
  /** Where the file is to be; what is there is replaced. */
  path: string;
  /** Whose schemas. Their snapshots are taken one after the other. */
  services: readonly ServiceName[];
  version: string;
  createdAt: Date;
}

/** Only for its owner's eyes: the password's hash and every key are in it. */
const MODE = 0o600;

/**
 * Collects the schemas of the services into one file, which has its name only when it is whole and on the disk.
 * @throws what a service answers, and errors of the file system; nothing remains then
 */
export async function writeBackup(options: WriteOptions, signal: AbortSignal): Promise<Manifest> {
  const { path, createdAt } = options;
  const part = `${path}.part`;
  const zip = new yazl.ZipFile();
  const broken = new AbortController();
  const stop = AbortSignal.any([signal, broken.signal]);
  await rm(part, { force: true });
  const written = pipeline(zip.outputStream, createWriteStream(part, { mode: MODE, flush: true }), { signal: stop });
  // A full disk must end the collecting, which would wait for ever for the pipe to be emptied.
  written.catch((error: unknown) => broken.abort(error));
  // The zip's own errors, of a stream that we destroyed: the reason is thrown by whoever did.
  zip.on('error', (error) => broken.abort(error));
  try {
    const manifest = await fill(zip, options, stop);
    zip.addBuffer(Buffer.from(JSON.stringify(manifest, null, 2)), MANIFEST, { mtime: createdAt, mode: 0o100600 });
    zip.end();
    await written;
    await rename(part, path);
    await syncFolder(dirname(path));
    return manifest;
  } catch (error) {
    broken.abort(error);
    await written.catch(() => undefined);
    await rm(part, { force: true });
    throw signal.aborted ? signal.reason : broken.signal.reason;
  }
}

async function fill(zip: yazl.ZipFile, options: WriteOptions, signal: AbortSignal): Promise<Manifest> {
  const { bus, services, version, createdAt } = options;
  const entries: Record<string, SchemaEntry> = {};
  for (const service of services) {
    const collected = await collect(bus, service, signal);
    const tables = await addTables(zip, { service, collected, createdAt }, signal);
    entries[service] = { migrations: collected.head.migrations, tables };
  }
  return { format: FORMAT, product: 'aniworld', version, created_at: createdAt.toISOString(), services: entries };
}

type Part = { service: string; collected: Collected; createdAt: Date };

async function addTables(zip: yazl.ZipFile, part: Part, signal: AbortSignal): Promise<TableEntry[]> {
  const rows = part.collected.read();
  const entries: TableEntry[] = [];
  for (const { name, columns } of part.collected.head.tables) {
    const file = `${part.service}/${name}.copy`;
    const sink = new PassThrough();
    sink.on('error', () => undefined);
    // Zip64, because nobody knows beforehand whether a table is larger than 4 GB.
    zip.addReadStream(sink, file, { mtime: part.createdAt, mode: 0o100600, forceZip64Format: true });
    try {
      entries.push({ name, columns, file, ...(await addRows(sink, rows, signal)) });
    } finally {
      sink.end();
    }
  }
  return entries;
}

async function addRows(sink: PassThrough, rows: AsyncGenerator<TablePiece, void>, signal: AbortSignal) {
  const hash = createHash('sha256');
  const counted = { rows: 0, bytes: 0 };
  for (;;) {
    const { value, done } = await rows.next();
    if (done) throw new Error('a snapshot ended before its last table');
    hash.update(value.data);
    counted.bytes += value.data.length;
    counted.rows += countLines(value.data);
    if (!sink.write(value.data)) await once(sink, 'drain', { signal });
    if (value.last) return { ...counted, sha256: hash.digest('hex') };
  }
}

/** A row is a line: COPY escapes the line ends within. */
function countLines(data: Buffer): number {
  let lines = 0;
  for (let at = data.indexOf(10); at !== -1; at = data.indexOf(10, at + 1)) lines += 1;
  return lines;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
