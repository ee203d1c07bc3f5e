import { AppConfig } from '@aniworld/contracts';
import { silent } from './library.fixture.ts';
import { createRenamer, type Renamer } from './renamer.ts';
import type { Database } from './store/database.ts';

export const NAMING = '{series}/Season {season:00}/{series} - S{season:00}E{episode:00} - {title}.{ext}';

/** A renamer of one library folder, without the catalog around it. What an earlier one has left it takes up by itself. */
export function renamerOf(db: Database, folder: string): Renamer {
  const config = AppConfig.parse({ library: { folders: [folder], naming: NAMING } });
  const configuration = { current: async () => ({ version: 1, config }) as never };
  return createRenamer({ db, relay: { wake() {} }, log: silent, configuration });
}
