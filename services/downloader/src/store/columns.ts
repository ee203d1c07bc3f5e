import { sql } from 'kysely';

/** The columns of an item that leave this service; everything else of a row is the queue's own. */
export const columns =
  sql.raw(`id, series_id, episode_id, series_title, season, episode, title, priority, state, held, host, bytes_done,
  bytes_total, percent, attempt, max_attempts, not_before, worker, error_cause, error_detail, path, sha256, added_at,
  finished_at, version`);

const utc = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** An item as events carry it, from a row of `columns` that stands under this name. */
export const told = (row: string) =>
  sql.raw(`(to_jsonb(${row}) || jsonb_build_object('added_at', ${utc(`${row}.added_at`)},
    'not_before', ${utc(`${row}.not_before`)}, 'finished_at', ${utc(`${row}.finished_at`)}))`);
