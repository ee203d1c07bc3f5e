import { expect, test } from 'vitest';
import type { WireReply } from '../wire/wire.ts';
import { BadPart, readEntity, strong, validatorOf } from './entity.ts';

const body = { delimited: true, each: async () => undefined, destroy: () => undefined };
const reply = (status: number, headers: WireReply['headers']): WireReply => ({ status, headers, body });
const date = 'Thu, 01 Jan 2026 00:10:00 GMT';

test('a strong ETag is a strong validator, a weak one a weak one, even beside a date', () => {
  expect(validatorOf({ etag: '"a"' })).toBe('"a"');
  expect(strong('"a"')).toBe('"a"');
  expect(validatorOf({ etag: 'W/"a"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT', date })).toBe('W/"a"');
  expect(strong('W/"a"')).toBeNull();
  expect(validatorOf({ etag: 'a' })).toBeNull();
});

test('Last-Modified is a validator only when it is a minute older than the answer', () => {
  const early = 'Thu, 01 Jan 2026 00:09:00 GMT';
  expect(validatorOf({ 'last-modified': early, date })).toBe(early);
  expect(strong(early)).toBe(early);
  expect(validatorOf({ 'last-modified': 'Thu, 01 Jan 2026 00:09:01 GMT', date })).toBeNull();
  expect(validatorOf({ 'last-modified': early }, Date.parse(date))).toBe(early);
  expect(validatorOf({ 'last-modified': date }, Date.parse(date))).toBeNull();
  expect(validatorOf({ 'last-modified': 'yesterday', date })).toBeNull();
});

test('a part says where it lies', () => {
  const entity = readEntity(reply(206, { 'content-range': 'bytes 10-19/100', 'content-length': '10', etag: '"a"' }));
  expect(entity).toEqual({ validator: '"a"', start: 10, end: 20, total: 100 });
});

test.each([
  [{ 'content-range': 'bytes 10-9/100' }],
  [{ 'content-range': 'bytes 10-100/100' }],
  [{ 'content-range': 'bytes 10-19/100', 'content-length': '11' }],
  [{ 'content-range': 'octets 10-19/100' }],
  [{ 'content-type': 'multipart/byteranges; boundary=x', 'content-range': 'bytes 10-19/100' }],
  [{ 'content-range': 'bytes 10-19/99999999999999999999' }],
  [{}],
])('a part that contradicts itself is no part: %j', (headers) => {
  expect(() => readEntity(reply(206, headers))).toThrow(BadPart);
});

test('a coded body is refused, because its bytes are others', () => {
  expect(() => readEntity(reply(200, { 'content-encoding': 'gzip' }))).toThrow(
    expect.objectContaining({ reason: 'bad_content' }),
  );
  expect(() => readEntity(reply(206, { 'content-encoding': 'br', 'content-range': 'bytes 0-1/9' }))).toThrow(
    expect.not.objectContaining({ name: 'BadPart' }),
  );
  const plain = reply(200, { 'content-encoding': 'identity', 'content-length': '5' });
  expect(readEntity(plain)).toMatchObject({ total: 5, start: 0 });
});

test('a length that is said twice alike is one length, two lengths are none', () => {
  expect(readEntity(reply(200, { 'content-length': '5, 5' })).total).toBe(5);
  for (const length of ['5, 6', '-1', 'many', ''])
    expect(() => readEntity(reply(200, { 'content-length': length }))).toThrow('length');
});
