import { z } from 'zod';
import { BackupConfig } from './backup.ts';
import { DownloadConfig } from './download.ts';
import { LibraryConfig } from './library.ts';
import { MetadataConfig } from './metadata.ts';
import { NetworkConfig } from './network.ts';
import { ProvidersConfig } from './providers.ts';
import { QueueConfig } from './queue.ts';
import { TaskSchedules } from './tasks.ts';

/**
 * The one configuration document. Every field has a default, so that `{}` is a valid one. What a field's meta may say
 * besides its description: `unit`, and `secret` for what is never shown: `whole`, or the `password` in an address.
 */
export const AppConfig = z
  .object({
    library: LibraryConfig.prefault({}),
    queue: QueueConfig.prefault({}),
    download: DownloadConfig.prefault({}),
    network: NetworkConfig.prefault({}),
    providers: ProvidersConfig.prefault({}),
    metadata: MetadataConfig.prefault({}),
    tasks: TaskSchedules.prefault({}),
    backup: BackupConfig.prefault({}),
  })
  .meta({ id: 'AppConfig' });
export type AppConfig = z.output<typeof AppConfig>;

/** Raised when documents of before can no longer be read as they are. */
export const CONFIG_SCHEMA = 1;

/** Stands for a secret that is set; written back, it keeps what is there. */
export const SECRET_MARK = '********';

/** The environment variable that overrides a field: `queue.max_concurrent` by ANIWORLD__QUEUE__MAX_CONCURRENT. */
export function variableOf(path: string): string {
  return `ANIWORLD__${path.toUpperCase().replaceAll('.', '__')}`;
}
