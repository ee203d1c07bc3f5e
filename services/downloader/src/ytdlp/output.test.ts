import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { keepTail, splitLines } from './output.ts';

test('lines are the same however they come in pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[^\n]{0,20}$/)), fc.array(fc.nat(30)), (lines, cuts) => {
      const read: string[] = [];
      const feed = splitLines((line) => read.push(line));
      let rest = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      for (const cut of cuts) {
        feed(rest.subarray(0, cut));
        rest = rest.subarray(cut);
      }
      feed(rest);
      expect(read).toEqual(lines.map((line) => Buffer.from(line).toString()));
    }),
  );
});

test('a line that is too long is left out, and the next one is read', () => {
  const read: string[] = [];
  const feed = splitLines((line) => read.push(line));
  for (let n = 0; n < 100; n += 1) feed(Buffer.alloc(1_000, 'x'));
  feed(Buffer.from('\nnext\n'));
  expect(read).toEqual(['next']);
});

test('of what is said, the end is kept', () => {
  const said = keepTail();
  for (let n = 0; n < 10_000; n += 1) said.add(Buffer.from(`line ${n}\n`));
  said.add(Buffer.alloc(100_000, 'x'));
  said.add(Buffer.from('end'));
  expect(said.text()).toMatch(/^x+end$/);
  expect(said.text()).toHaveLength(16 * 1024);
});
