import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkSeam, createCheck, kindOf, type Span } from './content.ts';
import { transportSegment } from './packet.fixture.ts';

const span = (start: number, seconds: number, step = 0.04): Span => ({ start, end: start + seconds, step });

function spanOf(pieces: Buffer[]): Span | null {
  const check = createCheck('ts', new Map());
  for (const piece of pieces) check.add(piece);
  check.end();
  return check.span();
}

test('the time of a transport segment is read from pieces of any size', () => {
  const data = transportSegment(10, 2);
  fc.assert(
    fc.property(fc.array(fc.nat(data.length), { maxLength: 20 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), data.length];
      const found = spanOf(at.slice(1).map((end, i) => data.subarray(at[i], end)))!;
      expect(found.start).toBeCloseTo(10, 3);
      expect(found.end).toBeCloseTo(12, 3);
    }),
  );
});

test('a clock that begins anew within a segment runs on', () => {
  const found = spanOf([transportSegment(2 ** 33 / 90_000 - 1, 2)])!;
  expect(found.end - found.start).toBeCloseTo(2, 3);
});

test.each([
  ['ts', transportSegment(0, 1)],
  ['fmp4', Buffer.from('\0\0\0\x18styp', 'latin1')],
  ['audio', Buffer.from('ID3\x04\0\0', 'latin1')],
  ['audio', Buffer.from([0xff, 0xf1, 0x50, 0x80])],
])('%s is told by its first bytes', (kind, head) => {
  expect(kindOf(head)).toBe(kind);
});

test('times that run on fit, with the roundings of packagers', () => {
  const fits = (before: Span, after: Span, listed: number) => () => checkSeam(before, after, listed, 2);
  expect(fits(span(0, 4), span(4, 4), 4)).not.toThrow();
  expect(fits(span(0, 4), span(4.2, 4), 4)).not.toThrow();
  expect(fits(span(0, 4), span(4, 4), 10)).not.toThrow();
  expect(fits(span(2 ** 33 / 90_000 - 4, 4), span(0, 4), 4)).not.toThrow();
  expect(fits(span(0, 4, 2), span(6, 4, 2), 6)).not.toThrow();
});

test('a hole and a repetition are refused', () => {
  const at = (before: Span, after: Span, listed: number) => () => checkSeam(before, after, listed, 2);
  expect(at(span(0, 4), span(8, 4), 4)).toThrow('4.00 s are missing before segment 2');
  expect(at(span(0, 2), span(4, 4), 4)).toThrow('missing');
  expect(at(span(0, 0.2), span(0.4, 0.2), 0.2)).toThrow('missing');
  expect(at(span(4, 4), span(4, 4), 4)).toThrow('earlier one');
  expect(at(span(4, 4), span(0, 4), 4)).toThrow('earlier one');
});

test('any bytes are taken for a fragment or refused, and nothing else happens', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom('moof', 'moov', 'mdat'), (bytes, type) => {
      const header = Buffer.alloc(8);
      header.writeUInt32BE(bytes.length + 8);
      header.write(type, 4, 'latin1');
      const check = createCheck('fmp4', new Map());
      try {
        check.add(Buffer.concat([header, bytes]));
        check.end();
        check.span();
      } catch (error) {
        expect(error).toMatchObject({ reason: 'bad_content' });
      }
    }),
  );
});
