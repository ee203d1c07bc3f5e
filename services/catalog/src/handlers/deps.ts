import type { Log, Loop } from '@aniworld/chassis';
import type { Backups } from '../backups.ts';
import type { Configuration } from '../configuration.ts';
import type { Library } from '../library.ts';
import type { Registry } from '../registry.ts';
import type { Renamer } from '../renamer.ts';
import type { Scanner } from '../scan.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Database } from '../store/database.ts';

/** What the handlers of the catalog's operations work with. */
export interface HandlerDeps {
  db: Database;
  relay: Pick<Loop, 'wake'>;
  log: Log;
  configuration: Configuration;
  registry: Registry;
  renamer: Renamer;
  library: Library;
  scanner: Scanner;
  scheduler: Scheduler;
  backups: Backups;
}
