import type { Configuration } from '../configuration.ts';
import type { Library } from '../library.ts';
import type { Registry } from '../registry.ts';
import type { Scanner } from '../scan.ts';
import type { Database } from '../store/database.ts';

/** What the handlers of the catalog's operations work with. */
export interface HandlerDeps {
  db: Database;
  configuration: Configuration;
  registry: Registry;
  library: Library;
  scanner: Scanner;
}
