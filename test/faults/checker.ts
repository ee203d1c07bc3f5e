import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { QueueRig } from '@aniworld/testing';
import pg from 'pg';

interface Row {
  id: string;
  state: string;
  path: string | null;
  sha256: string | null;
  bytes_total: number | null;
  lease_epoch: string;
  announced: number;
}

/**
 * The global checker: what must hold over database, disk and events after every case.
 *
 * I1: each item has ended or can still be claimed. I3 and I4: completed exactly when the file is there with its hash. I5:
 * one outbox row for each completion, none unsent. I11: every path lies under the library. I14: no part file, no lease,
 * no occupied slot left.
 * @returns one sentence for each thing that does not hold
 */
export async function checkInvariants(rig: QueueRig, expected: { completed: number }): Promise<string[]> {
  const client = new pg.Client({ connectionString: rig.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(`
      select id, state, path, sha256, bytes_total::float8, lease_epoch,
        (select count(*)::int from downloader.outbox o where o.name = 'queue.completed' and o.data->'item'->>'id' = item.id::text) as announced
      from downloader.item`);
    const { rows: left } = await client.query<{ slots: number; unsent: number }>(`
      select (select count(*)::int from downloader.slot where item_id is not null) as slots,
        (select count(*)::int from downloader.outbox where sent_at is null) as unsent`);
    const broken = (await Promise.all(rows.map((row) => checkItem(row, rig.folder)))).flat();
    const completed = rows.filter((row) => row.state === 'completed').length;
    if (completed !== expected.completed) broken.push(`I1: ${completed} items completed, not ${expected.completed}`);
    if (left[0]!.slots > 0) broken.push(`I14: ${left[0]!.slots} slots are occupied by nothing`);
    if (left[0]!.unsent > 0) broken.push(`I5: ${left[0]!.unsent} events were not sent`);
    const parts = await readdir(join(rig.folder, '.aniworld')).catch(() => []);
    if (parts.length > 0) broken.push(`I14: part files are left: ${parts.join(', ')}`);
    return broken;
  } finally {
    await client.end();
  }
}

async function checkItem(row: Row, folder: string): Promise<string[]> {
  const broken: string[] = [];
  if (row.state === 'downloading') broken.push(`I14: ${row.id} is still leased`);
  if (row.state !== 'completed') return broken;
  if (row.announced !== 1) broken.push(`I5: ${row.id} was announced ${row.announced} times`);
  if (!row.path?.startsWith(`${folder}/`)) return [...broken, `I11: ${row.path} is outside of the library`];
  const data = await readFile(row.path).catch(() => null);
  if (!data) return [...broken, `I4: ${row.path} is not there`];
  if (data.length !== row.bytes_total) broken.push(`I4: ${row.path} has ${data.length} bytes, not ${row.bytes_total}`);
  if (createHash('sha256').update(data).digest('hex') !== row.sha256) broken.push(`I3: ${row.path} has other bytes`);
  return broken;
}
