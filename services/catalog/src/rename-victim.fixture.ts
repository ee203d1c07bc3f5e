import { renamerOf } from './rename.fixture.ts';
import { openCatalogDb } from './scan.fixture.ts';

/**
 * A process that renames, to be killed: `node rename-victim.fixture.ts <library folder>`. It waits for the database's URL from
 * its parent, and for the renaming that it is to take back, if it is; then it begins and says which one it is.
 */
const folder = process.argv[2]!;
process.send?.('ready');
process.once('message', async ({ url, undo }: { url: string; undo: string | null }) => {
  const renamer = renamerOf(await openCatalogDb(url), folder);
  const { id } = undo === null ? await renamer.begin(null) : await renamer.undo(undo);
  process.send?.(id);
});
