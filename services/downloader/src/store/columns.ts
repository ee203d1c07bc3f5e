import { type RawBuilder, sql } from 'kysely';

const PLAIN = [
  ...[
    'id',
    'series_id',
    'episode_id',
    'series_title',
    'season',
    'episode',
    'title',
    'priority',
    'state',
    'held',
    'host',
  ],
  ...[
    'bytes_done',
    'bytes_total',
    'percent',
    'attempt',
    'max_attempts',
    'worker',
    'error_cause',
    'error_detail',
    'path',
  ],
  ...['sha256', 'version'],
];
const TIMES = ['added_at', 'not_before', 'finished_at'];

/** The columns of an item that leave this service; everything else of a row is the queue's own. */
export const columns = sql.raw([...PLAIN, ...TIMES].join(', '));

const utc = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** An item as events carry it, as json, from a row of `columns` that stands under this name. */
export const told = (row: string): RawBuilder<unknown> =>
  sql.raw(
    `(select row_to_json(told) from (select ${[
      ...PLAIN.map((column) => `${row}.${column}`),
      ...TIMES.map((column) => `${utc(`${row}.${column}`)} as ${column}`),
    ].join(', ')}) told)`,
  );
