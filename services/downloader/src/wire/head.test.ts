import { expect, test } from 'vitest';
import { parseHead, readHead } from './head.ts';
import { connectionOf } from './wire.fixture.ts';

const read = (text: string) => readHead(connectionOf([Buffer.from(text, 'latin1')]), 1_000);
const refused = expect.objectContaining({ reason: 'bad_content' });

test('a head has a version, a status and fields in their order', () => {
  expect(parseHead('HTTP/1.1 206 Partial Content\r\nETag: "a"\r\nX-A:1\r\nx-a:\t2 ')).toEqual({
    version: '1.1',
    status: 206,
    fields: [
      ['etag', '"a"'],
      ['x-a', '1'],
      ['x-a', '2'],
    ],
  });
});

test.each(['HTTP/1.1 200', 'HTTP/1.1 200 ', 'HTTP/1.0 200 OK', 'HTTP/1.9 200 OK'])('%j is a status line', (line) => {
  expect(parseHead(line).status).toBe(200);
});

test.each(['', 'HTTP/2 200', 'HTTP/1.1 20', 'HTTP/1.1 099 x', 'HTTP/1.1  200', 'ICY 200 OK', 'http/1.1 200', '<html>'])(
  '%j is no status line',
  (line) => {
    expect(() => parseHead(line)).toThrow(refused);
  },
);

test('a field that goes on in the next line is joined by one space', () => {
  expect(parseHead('HTTP/1.1 200 OK\r\nX-Long: one\r\n\t  two\r\n  \r\n three').fields).toEqual([
    ['x-long', 'one two three'],
  ]);
});

test('a line may end without CR', () => {
  expect(parseHead('HTTP/1.1 200 OK\nA: 1\nB: 2\r\nC: 3').fields.map(([name]) => name)).toEqual(['a', 'b', 'c']);
});

test.each([
  ['a space before the colon', 'Content-Length : 5'],
  ['no colon', 'Content-Length 5'],
  ['no name', ': 5'],
  ['a space before the first name', ' A: 5'],
  ['a CR within', 'A: 5\rContent-Length: 6'],
  ['a zero byte', 'A: 5\0'],
])('a field with %s is refused', (_, line) => {
  expect(() => parseHead(`HTTP/1.1 200 OK\r\n${line}`)).toThrow(refused);
});

test('bytes of a value that are no ASCII are kept', () => {
  expect(parseHead('HTTP/1.1 200 OK\r\nA: \xa0\xfcber\xa0').fields).toEqual([['a', '\xa0\xfcber\xa0']]);
});

test('two hundred fields are read, one more is refused', async () => {
  const fields = (count: number) => 'A: 1\r\n'.repeat(count);
  expect((await read(`HTTP/1.1 200 OK\r\n${fields(200)}\r\n`))?.fields).toHaveLength(200);
  await expect(read(`HTTP/1.1 200 OK\r\n${fields(201)}\r\n`)).rejects.toThrow(refused);
});

test('a head of more than 64 KiB is refused, also before its end has come', async () => {
  await expect(read(`HTTP/1.1 200 OK\r\nA: ${'x'.repeat(64 * 1024)}\r\n\r\n`)).rejects.toThrow(refused);
  await expect(read(`HTTP/1.1 200 OK\r\nA: ${'x'.repeat(64 * 1024)}`)).rejects.toThrow(refused);
});

test('interim replies are skipped, a few of them', async () => {
  const interim = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
  expect((await read(`${interim.repeat(16)}HTTP/1.1 204 No Content\r\n\r\n`))?.status).toBe(204);
  await expect(read(interim.repeat(17))).rejects.toThrow(refused);
});

test('a change to another protocol is refused', async () => {
  await expect(read('HTTP/1.1 101 Switching Protocols\r\n\r\n')).rejects.toThrow(refused);
});

test('an end before the first byte is told from an end within the head', async () => {
  expect(await read('')).toBeNull();
  await expect(read('HTTP/1.1 200 OK\r\nA: 1\r\n')).rejects.toThrow(expect.objectContaining({ reason: 'network' }));
  await expect(read('HTTP/1.1 100 Continue\r\n\r\n')).rejects.toThrow(expect.objectContaining({ reason: 'network' }));
});
