import { encodeCursor, type Place } from './cursor.ts';

/** A page of a list as it is answered. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** Bytes of a page's items. The broker takes messages of 1 MiB, envelope included. */
const MOST_BYTES = 900_000;

/**
 * The page of rows that were read with one more than `limit`, which says that there is another page. One whose rows are
 * more than a message carries ends earlier, though never before its first row.
 * @param placeOf where the next page begins, by the last row of this one
 */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => Place,
  itemOf: (row: Row) => T,
): Page<T> {
  const items: T[] = [];
  let bytes = 0;
  for (const row of rows.slice(0, limit)) {
    const item = itemOf(row);
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    if (bytes > MOST_BYTES && items.length > 0) break;
    items.push(item);
  }
  const last = rows[items.length - 1];
  return { items, next_cursor: last && items.length < rows.length ? encodeCursor(placeOf(last)) : null };
}
