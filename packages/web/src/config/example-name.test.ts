import { expect, it } from 'vitest';
import { exampleName } from './example-name.ts';

it('fills the parts that it knows, padded as the template says', () => {
  expect(exampleName('{series}/S{season:00}E{episode:000}.{ext}')).toBe('Lantern Harbour/S01E004.mkv');
});

it('leaves an unknown part to be seen as the mistake that it is', () => {
  expect(exampleName('{sries} {title}')).toBe('{sries} The Hidden Letter');
});
