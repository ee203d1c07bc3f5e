import { open } from 'node:fs/promises';
import { createEgress } from '../../packages/egress/src/index.ts';
import { createWire } from '../../services/downloader/src/wire/wire.ts';
import type { FileCost } from './measure.ts';

/** Bytes from one datasync to the next while it is fetched, so that little is left for the end. */
const SYNC_EVERY = 16 * 1024 * 1024;

/**
 * `node fetch.ts URL FILE CA [synced]`: fetches with the service's own HTTP and prints what it took as JSON; with `synced` it also
 * syncs beside the fetching, as the service does. A process of its own, so that its memory and its processor time are its own.
 * The clock runs from the request to the last byte written: a service is not started for each download.
 */
const [url = '', file = '', caFile = '', synced = ''] = process.argv.slice(2);
await using egress = createEgress({ allowPrivate: ['127.0.0.1'], caFile });
await using wire = createWire(egress.dial);
const handle = await open(file, 'w');
const begun = performance.now();
const used = process.cpuUsage();
const { status, body } = await wire.send(new URL(url), { method: 'GET', headers: {} }, new AbortController().signal);
if (status !== 200) throw new Error(`nginx answered ${status}`);
let at = 0;
let due = synced ? SYNC_EVERY : Infinity;
let syncing: Promise<void> | undefined;
await body.each(async (piece) => {
  await handle.write(piece, 0, piece.length, at);
  at += piece.length;
  if (syncing || at < due) return;
  due = at + SYNC_EVERY;
  syncing = handle.datasync().finally(() => (syncing = undefined));
});
const seconds = (performance.now() - begun) / 1_000;
const { user, system } = process.cpuUsage(used);
const peakMib = process.resourceUsage().maxRSS / 1024;
await syncing;
await handle.datasync();
const syncedSeconds = (performance.now() - begun) / 1_000;
await handle.close();
process.stdout.write(
  JSON.stringify({ seconds, syncedSeconds, cpuSeconds: (user + system) / 1e6, peakMib } satisfies FileCost),
);
