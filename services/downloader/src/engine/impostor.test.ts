import { expect, test } from 'vitest';
import { containerOf, refusePage, refusePageAtEnd } from './impostor.ts';

const refused = expect.objectContaining({ reason: 'bad_content' });
const mp4 = Buffer.from('\0\0\0\x20ftypisom\0\0\x02\0', 'latin1');

test.each([
  ['text/html; charset=utf-8', '\x01\x02 anything'],
  ['application/json', '\x01 anything'],
  ['video/mp4', '\ufeff\n<!DOCTYPE html><html>'],
  ['video/mp4', '<html lang="en">'],
  ['video/mp4', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
  ['application/octet-stream', '{"error": "expired"}'],
  ['video/mp4', 'Not Found\n'],
  [undefined, 'Zugriff verweigert: Bitte anmelden. \u{1f512}'],
])('a page or a message is no video: %s %j', (type, text) => {
  expect(() => refusePage(type, Buffer.from(text))).toThrow(refused);
});

test.each(['text/plain', 'text/html', undefined])('a video is one, whatever its type says: %s', (type) => {
  expect(() => refusePage(type, mp4)).not.toThrow();
});

test('bytes that nobody knows may be a video', () => {
  expect(() => refusePage('video/mp4', Buffer.from([0x8f, 0x01, 0x00, 0x3c, 0x68]))).not.toThrow();
});

test('bytes that begin like markup by chance are no page', () => {
  const chance = Buffer.from('3c4e0b86f0e18a4fa446de8b82c56056dabafc72710b384eaca912cba7a261ff', 'hex');
  expect(() => refusePage('video/mp4', chance)).not.toThrow();
});

test('containers are known by their first bytes', () => {
  const packets = Buffer.alloc(400);
  packets[0] = packets[188] = 0x47;
  expect(containerOf(packets)).toBe('ts');
  expect(containerOf(mp4)).toBe('mp4');
  expect(containerOf(Buffer.from('RIFF\0\0\0\0AVI LIST', 'latin1'))).toBe('avi');
  expect(containerOf(Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x9f]))).toBe('mkv');
  expect(containerOf(Buffer.from('G is for text'))).toBeNull();
});

test('a file that ends as a page is no video', () => {
  expect(() => refusePageAtEnd(Buffer.from('\0\x01\x02 … <h1>502</h1></body></html>\n'))).toThrow(refused);
  expect(() => refusePageAtEnd(Buffer.from('</html> and then bytes \0\x01'))).not.toThrow();
});
