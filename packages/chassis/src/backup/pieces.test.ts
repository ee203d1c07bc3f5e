import { expect, test } from 'vitest';
import { pieces } from './pieces.ts';

test.each([
  ['many small chunks', ['ab', 'cd', 'e', 'fg'], ['abc', 'def', 'g']],
  ['one large chunk', ['abcdefgh'], ['abc', 'def', 'gh']],
  ['whole pieces only', ['abc', 'def'], ['abc', 'def', '']],
  ['nothing', [], ['']],
])('%s become pieces of one size, and the last is marked', async (_, chunks, expected) => {
  const found: string[] = [];
  const marks: boolean[] = [];
  for await (const { data, last } of pieces(streamOf(chunks), 3)) {
    found.push(data.toString());
    marks.push(last);
  }
  expect(found).toEqual(expected);
  expect(marks).toEqual(expected.map((_, i) => i === expected.length - 1));
});

async function* streamOf(texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}
