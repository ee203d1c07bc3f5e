import { open } from 'node:fs/promises';
import { createEgress } from '../../packages/egress/src/index.ts';
import { createWire } from '../../services/downloader/src/wire/wire.ts';
import type { FileCost } from './measure.ts';

/** Written to the disk beside the fetching, so that little is left for the end. */
const SYNC_EVERY = 16 * 1024 * 1024;

/**
 * `node fetch.ts URL FILE CA`: fetches as the service does and prints what it took as JSON. A process of its own, so that its
 * memory and its processor time are its own. The clock runs from the request to the end of the datasync: a service is not
 * started for each download.
 */
const [url = '', file = '', caFile = ''] = process.argv.slice(2);
await using egress = createEgress({ allowPrivate: ['127.0.0.1'], caFile });
await using wire = createWire(egress.dial);
const handle = await open(file, 'w');
const begun = performance.now();
const used = process.cpuUsage();
const { status, body } = await wire.send(new URL(url), { method: 'GET', headers: {} }, new AbortController().signal);
if (status !== 200) throw new Error(`nginx answered ${status}`);
let at = 0;
let synced = 0;
let syncing: Promise<void> | undefined;
await body.each(async (piece) => {
  await handle.write(piece, 0, piece.length, at);
  at += piece.length;
  if (syncing || at - synced < SYNC_EVERY) return;
  synced = at;
  syncing = handle.datasync().finally(() => (syncing = undefined));
});
const writtenSeconds = (performance.now() - begun) / 1_000;
await syncing;
await handle.datasync();
const { user, system } = process.cpuUsage(used);
const seconds = (performance.now() - begun) / 1_000;
const cost: FileCost = {
  seconds,
  writtenSeconds,
  syncedSeconds: seconds,
  cpuSeconds: (user + system) / 1e6,
  peakMib: process.resourceUsage().maxRSS / 1024,
};
await handle.close();
process.stdout.write(JSON.stringify(cost));
