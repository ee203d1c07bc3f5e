import { type Backup, BackupName, fail, type FilePiece, type ServiceName } from '@aniworld/contracts';
import { type Bus, writeBackup } from '@aniworld/chassis';
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Configuration } from './configuration.ts';
import { sizeText } from './size-text.ts';

/** The folder of backups. Which file is one, its name alone says. */
export interface Backups {
  list(): Promise<{ folder: string; items: Backup[] }>;
  /** Makes one, then removes the oldest beyond `backup.keep`. @returns a sentence @throws FOLDER_UNUSABLE */
  make(createdAt: string, signal: AbortSignal): Promise<string>;
  /** @throws BACKUP_NOT_FOUND */
  read(name: string, offset: number): Promise<FilePiece>;
  /** @throws BACKUP_NOT_FOUND */
  remove(name: string): Promise<void>;
}

export interface BackupsDeps {
  bus: Bus;
  configuration: Pick<Configuration, 'current'>;
  /** Where they go while the configuration names no folder. */
  defaultFolder: string | undefined;
  version: string;
  /** Whose data is in them; all that have a database by default. */
  services?: readonly ServiceName[];
}

/**
 * The services with a database. The queue comes before the library: what the queue finishes in between, the library has
 * heard of by then or is told again after a restore.
 */
const SERVICES: readonly ServiceName[] = ['auth', 'downloader', 'catalog'];
/** A message holds 1 MB, and base64 adds a third. */
const PIECE_BYTES = 512 * 1024;

export function createBackups(deps: BackupsDeps): Backups {
  return {
    async list() {
      const { folder } = await placeOf(deps);
      return { folder, items: await listBackups(folder) };
    },
    make: (createdAt, signal) => make(deps, new Date(createdAt), signal),
    async read(name, offset) {
      const { folder } = await placeOf(deps);
      return readPiece(join(folder, BackupName.parse(name)), offset, name);
    },
    async remove(name) {
      const { folder } = await placeOf(deps);
      await rm(join(folder, BackupName.parse(name))).catch(orNotFound);
    },
  };
}

/** The name of the backup that is begun at this time. */
export function backupName(createdAt: string): string {
  return `aniworld-${createdAt.replace(/\.\d+/, '').replaceAll(/[-:]/g, '')}.zip`;
}

async function placeOf({ configuration, defaultFolder }: BackupsDeps): Promise<{ folder: string; keep: number }> {
  const { folder, keep } = (await configuration.current()).config.backup;
  return { folder: folder || defaultFolder || '', keep };
}

async function make(deps: BackupsDeps, createdAt: Date, signal: AbortSignal): Promise<string> {
  const { folder, keep } = await placeOf(deps);
  await prepareFolder(folder);
  await removeRemains(folder);
  const path = join(folder, backupName(createdAt.toISOString()));
  const { bus, version, services = SERVICES } = deps;
  await writeBackup({ bus, path, services, version, createdAt }, signal);
  const items = await listBackups(folder);
  const old = keep > 0 ? items.slice(keep) : [];
  for (const { name } of old) await rm(join(folder, name), { force: true });
  const { size } = await stat(path);
  const removed = old.length > 0 ? ` ${old.length} older ${old.length === 1 ? 'one was' : 'ones were'} removed.` : '';
  return `${backupName(createdAt.toISOString())} (${sizeText(size)}) was written.${removed}`;
}

/** What a killed server left of a backup. Nobody else writes one now: the task runs once at a time. */
async function removeRemains(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.endsWith('.part') && BackupName.safeParse(name.slice(0, -'.part'.length)).success)
      await rm(join(folder, name), { force: true });
}

async function prepareFolder(folder: string): Promise<void> {
  try {
    if (!isAbsolute(folder)) throw new Error('not absolute');
    // Not the folders above it: a disk that isn't mounted must not be written beside.
    await mkdir(folder, { mode: 0o700 }).catch(unlessThere);
    await access(folder, constants.W_OK);
  } catch (cause) {
    const detail = folder
      ? `Backups can’t be written to ${folder}. Name another folder at backup.folder, or give the server the right to write there.`
      : 'No folder is named for backups. Name one at backup.folder.';
    throw fail('FOLDER_UNUSABLE', { detail, cause });
  }
}

/** Newest first. */
async function listBackups(folder: string): Promise<Backup[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(names.filter((name) => BackupName.safeParse(name).success).map(about(folder)));
  return found.filter((backup) => backup !== null).sort((a, b) => (a.name < b.name ? 1 : -1));
}

const about =
  (folder: string) =>
  async (name: string): Promise<Backup | null> => {
    const size = await stat(join(folder, name)).then(
      (found) => found.size,
      () => null,
    );
    const created_at = name.replace(/^\D+(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.zip$/, '$1-$2-$3T$4:$5:$6Z');
    return size === null ? null : { name, created_at, size };
  };

async function readPiece(path: string, offset: number, name: string): Promise<FilePiece> {
  const handle = await open(path, 'r').catch(orNotFound);
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, offset);
    return { name, size, data: buffer.subarray(0, bytesRead).toString('base64') };
  } finally {
    await handle.close();
  }
}

function unlessThere(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}

function orNotFound(error: unknown): never {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw fail('BACKUP_NOT_FOUND');
  throw error;
}
