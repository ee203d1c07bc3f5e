import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bus, streamName } from '@aniworld/chassis';
import type { QueueRig } from '@aniworld/testing';
import pg from 'pg';

export interface Expected {
  completed: number;
  failed?: number;
  cancelled?: number;
  /** Files that are somebody else's, under names that we would have taken. */
  foreign?: readonly string[];
}

interface Row {
  id: string;
  state: string;
  path: string | null;
  sha256: string | null;
  bytes_total: number | null;
  lease_epoch: number;
  leased: boolean;
  announced: number;
  /** Of its timeline, in the order of writing. */
  happened: string[];
}

/** Files that are read at once. */
const BATCH = 32;
/** What ends a claim: after it, and only then, the item may be claimed again. */
const BEGINS = 'claimed';
const NEUTRAL = new Set(['queued', 'moved', 'priority', 'held', 'released', 'described', 'aged']);

/**
 * The global checker: what must hold over database, disk, events and stream after every case.
 *
 * I1: each item has ended or can still be claimed, and none is lost. I2: no item is claimed while another claim of it lasts,
 * each claim has an epoch of its own, nothing follows completion, and an item's versions never go back along its events.
 * I3 and I4: completed exactly when the file is there with its size and hash. I5: one outbox row for each completion, all
 * sent and in the stream. I11: every path lies under the library. I14: no part file, no lease, no occupied slot left.
 * @returns one sentence for each thing that does not hold
 */
export async function checkInvariants(rig: QueueRig, expected: Expected): Promise<string[]> {
  const client = new pg.Client({ connectionString: rig.databaseUrl });
  await client.connect();
  try {
    const rows = await readItems(client);
    const broken = [...checkCounts(rows, expected), ...rows.flatMap(checkHistory)];
    broken.push(...(await checkFiles(rows, rig.folder, expected.foreign)), ...(await checkVersions(client)));
    broken.push(...(await checkLeftovers(client, rig.folder)), ...(await checkStream(client, rig.bus)));
    return broken;
  } finally {
    await client.end();
  }
}

async function readItems(client: pg.Client): Promise<Row[]> {
  const { rows } = await client.query<Row>(`
    with announced as (
      select data->'item'->>'id' as id, count(*)::int as n from downloader.outbox where name = 'queue.completed' group by 1
    ), happened as (
      select item_id, array_agg(what order by id) as what from downloader.timeline group by 1
    )
    select item.id, state, path, sha256, bytes_total::float8, lease_epoch::float8, lease_until is not null as leased,
      coalesce(announced.n, 0) as announced, coalesce(happened.what, '{}') as happened
    from downloader.item
    left join announced on announced.id = item.id::text left join happened on happened.item_id = item.id`);
  return rows;
}

function checkCounts(rows: Row[], expected: Expected): string[] {
  const { completed, failed = 0, cancelled = 0 } = expected;
  const items = completed + failed + cancelled;
  const broken: string[] = [];
  for (const [state, n] of Object.entries({ completed, failed, cancelled })) {
    const found = rows.filter((row) => row.state === state).length;
    if (found !== n) broken.push(`I1: ${found} items are ${state}, not ${n}`);
  }
  if (rows.length !== items) broken.push(`I1: there are ${rows.length} items, not ${items}`);
  return broken;
}

/** Reads an item's timeline as what may happen to an item, one thing after the other. */
function checkHistory({ id, state, leased, lease_epoch, happened }: Row): string[] {
  const broken: string[] = [];
  let claimed = false;
  let ended = false;
  for (const what of happened) {
    if (ended) broken.push(`I2: ${id} is completed and then ${what}`);
    if (what === BEGINS && claimed) broken.push(`I2: ${id} is claimed while another claim of it lasts`);
    claimed = what === BEGINS || (claimed && NEUTRAL.has(what));
    ended = what === 'completed';
  }
  const claims = happened.filter((what) => what === BEGINS).length;
  if (lease_epoch < claims) broken.push(`I2: ${id} was claimed ${claims} times with only ${lease_epoch} epochs`);
  if (claimed !== (state === 'downloading')) broken.push(`I2: ${id} is ${state}, its timeline says otherwise`);
  if (leased) broken.push(`I14: ${id} is still leased`);
  return broken;
}

async function checkFiles(rows: Row[], folder: string, foreign: readonly string[] = []): Promise<string[]> {
  const broken: string[] = [];
  for (let at = 0; at < rows.length; at += BATCH) {
    const checked = await Promise.all(rows.slice(at, at + BATCH).map((row) => checkFile(row, folder)));
    broken.push(...checked.flat());
  }
  const paths = rows.flatMap((row) => row.path ?? []);
  const known = new Set([...paths, ...foreign]);
  for (const path of await filesBelow(folder)) if (!known.has(path)) broken.push(`I4: nobody completed ${path}`);
  if (new Set(paths).size < paths.length) broken.push('I4: two items share a file');
  return broken;
}

async function checkFile(row: Row, folder: string): Promise<string[]> {
  const broken: string[] = [];
  const times = row.state === 'completed' ? 1 : 0;
  if (row.announced !== times) broken.push(`I5: ${row.id} is ${row.state} and was announced ${row.announced} times`);
  if (row.state !== 'completed') return broken;
  if (!row.path?.startsWith(`${folder}/`)) return [...broken, `I11: ${row.path} is outside of the library`];
  const data = await readFile(row.path).catch(() => null);
  if (!data) return [...broken, `I4: ${row.path} is not there`];
  if (data.length !== row.bytes_total) broken.push(`I4: ${row.path} has ${data.length} bytes, not ${row.bytes_total}`);
  if (createHash('sha256').update(data).digest('hex') !== row.sha256) broken.push(`I3: ${row.path} has other bytes`);
  return broken;
}

/** Files under final names. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(folder, '.aniworld')))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** An item's row is locked while its event is written, so along the outbox its versions only rise. */
async function checkVersions(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(`
    select distinct id from (
      select item->>'id' as id, (item->>'version')::bigint as version,
        lag((item->>'version')::bigint) over (partition by item->>'id' order by position) as before
      from downloader.outbox, jsonb_path_query(data::jsonb, '$.change.items[*]') as item where name = 'queue.changed'
    ) told where version < before`);
  return rows.map(({ id }) => `I2: the versions of ${id} go back along its events`);
}

async function checkLeftovers(client: pg.Client, folder: string): Promise<string[]> {
  const { rows } = await client.query<{ slots: number; unsent: number }>(`
    select (select count(*)::int from downloader.slot where item_id is not null) as slots,
      (select count(*)::int from downloader.outbox where sent_at is null) as unsent`);
  const { slots = 0, unsent = 0 } = rows[0] ?? {};
  const parts = await readdir(join(folder, '.aniworld')).catch(() => []);
  const broken: string[] = [];
  if (slots > 0) broken.push(`I14: ${slots} slots are occupied by nothing`);
  if (unsent > 0) broken.push(`I5: ${unsent} events were not sent`);
  if (parts.length > 0) broken.push(`I14: part files are left: ${parts.join(', ')}`);
  return broken;
}

/** Each row of the outbox is in the stream, where the acknowledgement said; what was sent twice is there once. */
async function checkStream(client: pg.Client, bus: Bus): Promise<string[]> {
  const { rows } = await client.query<{ sent: number; places: number }>(
    `select count(*)::int as sent, count(distinct seq)::int as places from downloader.outbox where sent_at is not null`,
  );
  const { sent = 0, places = 0 } = rows[0] ?? {};
  if (sent === 0) return [];
  const { state } = await bus.jsm.streams.info(streamName(bus));
  const broken: string[] = [];
  if (places !== sent) broken.push(`I5: ${sent} events were sent, and only ${places} have a place in the stream`);
  if (state.messages < sent) broken.push(`I5: ${sent} events were sent, the stream has ${state.messages}`);
  return broken;
}
