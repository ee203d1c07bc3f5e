import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createChunked } from './chunked.ts';

/** Reads it in these pieces; what comes after the end, or null before it. */
function decode(pieces: Buffer[]): { body: string; rest: string | null } {
  const framing = createChunked();
  const body: string[] = [];
  for (const [i, piece] of pieces.entries()) {
    const { data, rest } = framing.take(Buffer.from(piece));
    body.push(data.toString('latin1'));
    if (rest) return { body: body.join(''), rest: Buffer.concat([rest, ...pieces.slice(i + 1)]).toString('latin1') };
  }
  return { body: body.join(''), rest: null };
}
const whole = (text: string) => decode([Buffer.from(text, 'latin1')]);
const bytewise = (text: string) => decode([...text].map((char) => Buffer.from(char, 'latin1')));

/** The same by a regular expression, for a text that is there as a whole. Null: refused. */
function reference(text: string): { body: string; rest: string | null } | null {
  let body = '';
  let at = 0;
  for (;;) {
    const line = /^([0-9a-f]{1,13})(?:[ \t;][^\r\n]*)?\r\n/i.exec(text.slice(at));
    if (!line) return mayGoOn(text.slice(at)) ? { body, rest: null } : null;
    at += line[0].length;
    const size = Number.parseInt(line[1]!, 16);
    if (size === 0) break;
    body += text.slice(at, at + size);
    const end = text.slice(at + size, at + size + 2);
    if (!'\r\n'.startsWith(end)) return null;
    if (end.length < 2) return { body, rest: null };
    at += size + 2;
  }
  const trailers = /^(?:[^\r\n][^\r\n]*\r\n)*\r\n/.exec(text.slice(at));
  if (trailers) return { body, rest: text.slice(at + trailers[0].length) };
  return /^(?:[^\r\n]+\r\n)*(?:[^\r\n]*\r?)$/.test(text.slice(at)) ? { body, rest: null } : null;
}
const mayGoOn = (line: string) => /^(?:[0-9a-f]{1,13}(?:[ \t;][^\r\n]*)?\r?)?$/i.test(line);

test('chunks become one body, in one piece', () => {
  expect(whole('5\r\nhello\r\n6;a="b"\r\n world\r\n0\r\nX: y\r\n\r\nnext')).toEqual({
    body: 'hello world',
    rest: 'next',
  });
});

test.each([
  ['no size', '\r\nhello'],
  ['a negative size', '-5\r\nhello'],
  ['a size in C’s spelling', '0x5\r\nhello'],
  ['a size of fourteen digits', '00000000000005\r\nhello'],
  ['a line’s end without CR', '5\nhello'],
  ['a CR alone after the size', '5\rhello'],
  ['a chunk longer than its size', '5\r\nhello!\r\n'],
  ['a chunk that ends without CR', '5\r\nhello\n0\r\n\r\n'],
  ['an LF in an extension', '5;a\nb\r\nhello'],
  ['an extension of 5,000 bytes', `5;${'a'.repeat(5_000)}\r\nhello`],
  ['trailers of 20,000 bytes', `0\r\n${'A: b\r\n'.repeat(3_334)}\r\n`],
  ['a trailer’s end without CR', '0\r\nA: b\n\r\n'],
])('%s is refused', (_, text) => {
  expect(() => whole(text)).toThrow(expect.objectContaining({ reason: 'bad_content' }));
  expect(() => bytewise(text)).toThrow(expect.objectContaining({ reason: 'bad_content' }));
});

const printable = fc.stringMatching(/^[ -~]{0,12}$/);
const chunk = fc.record({
  data: fc.string({ minLength: 1, maxLength: 40, unit: 'binary-ascii' }),
  extension: printable,
});
const body = fc.record({ chunks: fc.array(chunk, { maxLength: 8 }), trailers: fc.array(printable, { maxLength: 2 }) });
const written = ({ chunks, trailers }: typeof body extends fc.Arbitrary<infer T> ? T : never) =>
  [
    ...chunks.map(({ data, extension }) => `${data.length.toString(16)}${extension && `;${extension}`}\r\n${data}\r\n`),
    '0\r\n',
    ...trailers.map((trailer) => `X${trailer}\r\n`),
    '\r\n',
  ].join('');

function cut(text: string, places: number[]): Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  const sorted = [...places.map((place) => place % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b);
  return sorted.slice(1).map((place, i) => bytes.subarray(sorted[i], place));
}

test('wherever a body is cut on its way, it is the same', () => {
  fc.assert(
    fc.property(body, fc.array(fc.nat(), { maxLength: 12 }), fc.string({ maxLength: 5 }), (sent, places, after) => {
      const expected = { body: sent.chunks.map(({ data }) => data).join(''), rest: after };
      const text = written(sent) + after;
      fc.pre(/^[\0-\xff]*$/.test(text));
      expect(decode(cut(text, places))).toEqual(expected);
      expect(bytewise(text)).toEqual(expected);
    }),
  );
});

test('a damaged body is refused or read as the grammar says, however it is cut', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom('', '\r', '\n', '0', 'f', ';', ' ', '\0', 'x')), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(body, damage, fc.array(fc.nat(), { maxLength: 6 }), (sent, damages, places) => {
      const text = damages.reduce((so, [at, by]) => {
        const place = at % so.length;
        return so.slice(0, place) + by + so.slice(place + 1);
      }, written(sent));
      const expected = reference(text);
      if (expected) expect(decode(cut(text, places))).toEqual(expected);
      else expect(() => decode(cut(text, places))).toThrow(expect.objectContaining({ reason: 'bad_content' }));
    }),
    { numRuns: 1_000 },
  );
});
