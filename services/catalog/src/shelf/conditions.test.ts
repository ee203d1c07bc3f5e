import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRange, select } from './conditions.ts';

const known = { etag: '"abc"', modified: new Date('2026-11-01T00:00:00Z') };
const size = 100;

describe('parseRange', () => {
  test.each([
    ['bytes=0-9', { from: 0, to: 10 }],
    ['bytes=90-', { from: 90, to: 100 }],
    ['bytes=-10', { from: 90, to: 100 }],
    ['bytes=-1000', { from: 0, to: 100 }],
    ['bytes=50-99999999999999999999', { from: 50, to: 100 }],
    ['BYTES=0-0', { from: 0, to: 1 }],
  ])('reads %s', (header, span) => expect(parseRange(header, size)).toEqual(span));

  test.each(['bytes=9-0', 'bytes=-', 'bytes=a-b', 'items=0-1', 'bytes=0-1,5-6', 'bytes 0-1', ''])(
    'ignores %s',
    (header) => expect(parseRange(header, size)).toBe('ignored'),
  );

  test.each(['bytes=100-', 'bytes=100-200', 'bytes=-0'])('cannot satisfy %s', (header) =>
    expect(parseRange(header, size)).toBe('unsatisfiable'),
  );

  test('never gives a span that is empty or leaves the file', () => {
    const position = fc.option(fc.nat(300), { nil: '' });
    fc.assert(
      fc.property(position, position, fc.integer({ min: 1, max: 200 }), (first, last, length) => {
        const span = parseRange(`bytes=${first}-${last}`, length);
        if (typeof span === 'string') return true;
        return span.from >= 0 && span.from < span.to && span.to <= length;
      }),
    );
  });
});

describe('select', () => {
  test('gives the part only while If-Range names the same strong tag or the same date', () => {
    const kind = (condition: string) => select('GET', { range: 'bytes=1-2', 'if-range': condition }, size, known).kind;
    expect(kind('"abc"')).toBe('part');
    expect(kind('Sun, 01 Nov 2026 00:00:00 GMT')).toBe('part');
    expect(kind('W/"abc"')).toBe('whole');
    expect(kind('"other"')).toBe('whole');
    expect(kind('Sun, 01 Nov 2026 00:00:01 GMT')).toBe('whole');
    expect(kind('nonsense')).toBe('whole');
  });

  test('weighs If-None-Match before If-Modified-Since and both before the range', () => {
    const range = { range: 'bytes=1-2' };
    expect(select('GET', { ...range, 'if-none-match': '"x", W/"abc"' }, size, known).kind).toBe('unchanged');
    expect(select('GET', { ...range, 'if-none-match': '*' }, size, known).kind).toBe('unchanged');
    const later = { 'if-modified-since': 'Mon, 02 Nov 2026 00:00:00 GMT' };
    expect(select('GET', { ...range, ...later }, size, known).kind).toBe('unchanged');
    expect(select('GET', { ...range, ...later, 'if-none-match': '"x"' }, size, known).kind).toBe('part');
  });

  test('fails If-Match for another or a weak tag, and If-Unmodified-Since for an earlier date', () => {
    expect(select('GET', { 'if-match': '"abc"' }, size, known).kind).toBe('whole');
    expect(select('GET', { 'if-match': '*' }, size, known).kind).toBe('whole');
    expect(select('GET', { 'if-match': 'W/"abc"' }, size, known).kind).toBe('failed');
    const earlier = { 'if-unmodified-since': 'Sat, 31 Oct 2026 00:00:00 GMT' };
    expect(select('GET', earlier, size, known).kind).toBe('failed');
    expect(select('GET', { ...earlier, 'if-match': '"abc"' }, size, known).kind).toBe('whole');
  });

  test('ignores a range on HEAD', () => {
    expect(select('HEAD', { range: 'bytes=500-' }, size, known).kind).toBe('whole');
  });
});
