import { expect, test } from 'vitest';
import { frame } from './framing.ts';
import { parseHead } from './head.ts';

const framed = (
  fields: string,
  { line = 'HTTP/1.1 200 OK', method = 'GET' }: { line?: string; method?: 'GET' | 'HEAD' } = {},
) => frame(method, parseHead(`${line}\r\n${fields}`.trim()));
const refused = expect.objectContaining({ reason: 'bad_content' });

test('a length ends the body where it says and leaves what comes after it', () => {
  const { framing, keep } = framed('Content-Length: 5');
  expect(framing?.take(Buffer.from('abc'))).toEqual({ data: Buffer.from('abc'), rest: null });
  expect(framing?.take(Buffer.from('defg'))).toEqual({ data: Buffer.from('de'), rest: Buffer.from('fg') });
  expect(keep).toBe(true);
});

test.each(['Content-Length: 5\r\nContent-Length: 5', 'Content-Length: 5, 5', 'content-length: 5 ,\t5'])(
  'the same length twice is one: %j',
  (fields) => {
    expect(framed(fields).framing?.take(Buffer.from('abcdef')).rest).toEqual(Buffer.from('f'));
  },
);

test.each([
  '-1',
  '+5',
  '5.0',
  '0x5',
  '5 bytes',
  '',
  '5, 6',
  '5,',
  '9007199254740993',
  '1'.repeat(30),
  '5\r\nContent-Length: 6',
])('the length %j is refused', (length) => {
  expect(() => framed(`Content-Length: ${length}\r\nX: y`)).toThrow(refused);
});

test.each(['Transfer-Encoding: chunked\r\nContent-Length: 3', 'Content-Length: x\r\nTransfer-Encoding: Chunked'])(
  'with a length and chunks the chunks count, and the connection is not kept: %j',
  (fields) => {
    const { framing, keep, dropLength } = framed(fields);
    expect(framing?.take(Buffer.from('5\r\nabcde\r\n0\r\n\r\n')).data.toString()).toBe('abcde');
    expect({ keep, dropLength }).toEqual({ keep: false, dropLength: true });
  },
);

test.each(['gzip', 'gzip, chunked', 'chunked, gzip', 'chunked, chunked', 'identity', 'xchunked', ''])(
  'the transfer coding %j is refused',
  (coding) => {
    expect(() => framed(`Transfer-Encoding: ${coding}\r\nX: y`)).toThrow(refused);
  },
);

test('chunks in HTTP/1.0 are refused', () => {
  expect(() => framed('Transfer-Encoding: chunked', { line: 'HTTP/1.0 200 OK' })).toThrow(refused);
});

test.each([
  ['HEAD', 'HTTP/1.1 200 OK'],
  ['GET', 'HTTP/1.1 204 No Content'],
  ['GET', 'HTTP/1.1 304 Not Modified'],
] as const)('a reply to %s with %j has no body, whatever length it names', (method, line) => {
  expect(framed('Content-Length: 5', { method, line })).toMatchObject({ framing: null, keep: true });
});

test('a reply without length or chunks ends with its connection', () => {
  const { framing, keep } = framed('');
  expect(framing?.endsWithConnection).toBe(true);
  expect(keep).toBe(false);
});

test.each([
  ['HTTP/1.1 200 OK', '', true],
  ['HTTP/1.1 200 OK', 'Connection: upgrade, CLOSE\r\n', false],
  ['HTTP/1.0 200 OK', '', false],
  ['HTTP/1.0 200 OK', 'Connection: Keep-Alive\r\n', true],
  ['HTTP/1.0 200 OK', 'Connection: keep-alive, close\r\n', false],
])('whether a connection lasts: %j %j', (line, connection, lasts) => {
  expect(framed(`${connection}Content-Length: 5`, { line }).keep).toBe(lasts);
});
