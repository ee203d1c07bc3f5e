import { openCatalogDb, scanOnce } from './scan.fixture.ts';

/**
 * A process that scans, to be killed: `node scan-victim.fixture.ts <library folder>`. It waits for the database's URL from its
 * parent, says "begun", and "ended" if it comes so far.
 */
const folder = process.argv[2]!;
process.send?.('ready');
process.once('message', async (url: string) => {
  const db = await openCatalogDb(url);
  await scanOnce(db, folder, () => process.send?.('begun'));
  process.send?.('ended');
  await db.destroy();
});
