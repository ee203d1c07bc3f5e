import { fail } from '@aniworld/contracts';
import { z } from 'zod';

/** The place after which a page begins: the last row's sort key and id. Opaque to the caller. */
export interface Place {
  key: string;
  id: string;
}

const Decoded = z.tuple([z.string(), z.uuid()]);

export function encodeCursor({ key, id }: Place): string {
  return Buffer.from(JSON.stringify([key, id])).toString('base64url');
}

/**
 * @param form of the key, where the database would fail at another: a cursor may come from a list that was sorted otherwise
 * @throws INVALID_REQUEST for anything that isn't a cursor of ours
 */
export function decodeCursor(cursor: string | undefined, form?: RegExp): Place | null {
  if (cursor === undefined) return null;
  try {
    const [key, id] = Decoded.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (form && !form.test(key)) throw new Error(`no place in this list: ${key}`);
    return { key, id };
  } catch (cause) {
    throw fail('INVALID_REQUEST', { errors: [{ path: 'cursor', message: 'Not a next_cursor of this list' }], cause });
  }
}
