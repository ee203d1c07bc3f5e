import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readEntity, refuseText, strongValidator } from './entity.ts';
import type { Reply } from './request.ts';

const reply = (status: number, headers: Reply['headers']): Reply => ({
  status,
  headers,
  body: Readable.from([]) as Reply['body'],
});
const date = 'Thu, 01 Jan 2026 00:10:00 GMT';

test('a strong ETag is a validator, a weak one is none', () => {
  expect(strongValidator({ etag: '"a"' })).toBe('"a"');
  expect(strongValidator({ etag: 'W/"a"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT', date })).toBeNull();
});

test('Last-Modified is a validator only when it is a minute older than the answer', () => {
  expect(strongValidator({ 'last-modified': 'Thu, 01 Jan 2026 00:09:00 GMT', date })).toBe(
    'Thu, 01 Jan 2026 00:09:00 GMT',
  );
  expect(strongValidator({ 'last-modified': 'Thu, 01 Jan 2026 00:09:01 GMT', date })).toBeNull();
  expect(strongValidator({ 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' })).toBeNull();
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
  [{}],
])('a part that contradicts itself is refused: %j', (headers) => {
  expect(() => readEntity(reply(206, headers))).toThrow(expect.objectContaining({ reason: 'bad_content' }));
});

test('a coded body is refused, because its bytes are others', () => {
  expect(() => readEntity(reply(200, { 'content-encoding': 'gzip' }))).toThrow(
    expect.objectContaining({ reason: 'bad_content' }),
  );
  expect(readEntity(reply(200, { 'content-encoding': 'identity', 'content-length': '5' }))).toMatchObject({
    total: 5,
    start: 0,
  });
});

test.each([
  ['text/html; charset=utf-8', 'anything'],
  ['application/json', 'anything'],
  ['video/mp4', '\ufeff\n<!DOCTYPE html><html>'],
  ['video/mp4', '<html lang="en">'],
  ['application/octet-stream', '{"error": "expired"}'],
])('a page or a message is no video: %s %j', (type, text) => {
  expect(() => refuseText(reply(200, { 'content-type': type }), Buffer.from(text))).toThrow(
    expect.objectContaining({ reason: 'bad_content' }),
  );
});

test('a video is one, whatever its type says, and whatever text it begins with', () => {
  const mp4 = Buffer.from('\0\0\0\x20ftypisom\0\0\x02\0', 'latin1');
  expect(() => refuseText(reply(200, { 'content-type': 'text/plain' }), mp4)).not.toThrow();
});
