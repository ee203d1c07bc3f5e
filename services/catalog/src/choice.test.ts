import { expect, it } from 'vitest';
import fc from 'fast-check';
import { choose, type Contender, linesOf } from './choice.ts';

const file = (path: string, facts: Partial<Contender> = {}): Contender => ({
  ...{ path, size: 100, resolution: null, version: null, confidence: 'certain' },
  ...facts,
});

it.each<[string, Partial<Contender>, Partial<Contender>, string]>([
  [
    'the one that a person chose',
    { confidence: 'person' },
    { confidence: 'download', resolution: 2160 },
    'a person chose it',
  ],
  ['the downloaded one', { confidence: 'download' }, { resolution: 2160 }, 'it was downloaded for this episode'],
  [
    'the higher resolution',
    { resolution: 1080 },
    { resolution: 720, version: 2, size: 900 },
    'its picture has 1080 lines, not 720',
  ],
  ['the later version', { version: 2 }, { size: 900 }, 'it is version 2, not 1'],
  ['the larger one where one says no resolution', { size: 900 }, { resolution: 1080 }, 'it has 900 bytes, not 100'],
  ['the first in the order of paths', {}, {}, 'it is the first in the order of paths'],
])('prefers %s', (_, better, other, why) => {
  for (const files of [
    [file('/a', better), file('/b', other)],
    [file('/b', other), file('/a', better)],
  ]) {
    const choice = choose(files);
    expect(choice.chosen.path).toBe('/a');
    expect(choice.why(file('/b', other))).toBe(why);
  }
});

it('chooses the same of several files in whatever order they come', () => {
  const any = fc.record({
    path: fc.string({ minLength: 1, maxLength: 3 }),
    size: fc.integer({ min: 0, max: 3 }),
    resolution: fc.constantFrom(null, 720, 1080),
    version: fc.constantFrom(null, 1, 2),
    confidence: fc.constantFrom('certain', 'likely', 'person', 'download', null),
  });
  const files = fc.uniqueArray(any, { minLength: 1, maxLength: 5, selector: ({ path }) => path });
  fc.assert(
    fc.property(files, (all) => {
      expect(choose(all.toReversed()).chosen).toBe(choose(all).chosen);
    }),
  );
});

it.each([
  ['1080p', 1080],
  ['1080', 1080],
  ['1920x1080', 1080],
  ['720p60', 720],
  ['4K', 2160],
  [null, null],
  ['whatever', null],
])('reads %s as %s lines', (text, lines) => {
  expect(linesOf(text)).toBe(lines);
});
