export { type Archive, openArchive, verifyArchive } from './archive.ts';
export { type ExportOptions, serveExport } from './export.ts';
export { BackupError, type Manifest } from './manifest.ts';
export { type RestoreOptions, restoring } from './restore.ts';
export { writeBackup, type WriteOptions } from './write.ts';
