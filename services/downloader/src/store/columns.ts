import { sql } from 'kysely';

/** The columns of an item that leave this service; everything else of a row is the queue's own. */
export const columns =
  sql.raw(`id, series_id, episode_id, series_title, season, episode, title, priority, state, held, host, bytes_done,
  bytes_total, percent, attempt, max_attempts, not_before, worker, error_cause, error_detail, path, sha256, added_at,
  finished_at, version`);
