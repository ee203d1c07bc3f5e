import { expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';

const place = { key: '紙舟 ✓', id: '6f2c5b1e-8a55-4b6e-9a42-3d1f4c6b7a80' };

it('comes back as it was', () => {
  expect(decodeCursor(encodeCursor(place))).toEqual(place);
  expect(decodeCursor(undefined)).toBeNull();
});

it.each(['', 'x', '%%%', Buffer.from('{}').toString('base64url'), Buffer.from('["a","b"]').toString('base64url')])(
  'refuses %s, which is none',
  (cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
  },
);
