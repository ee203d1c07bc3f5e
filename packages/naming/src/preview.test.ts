import { namingPresets } from '@aniworld/contracts';
import { expect, test } from 'vitest';
import { previewNaming } from './preview.ts';

test.each(Object.entries(namingPresets))('the preset %s is recognised by its template', (name, template) => {
  expect(previewNaming(template)).toMatchObject({ preset: name, template });
  expect(previewNaming(name)).toMatchObject({ preset: name, template });
});

test('a preview shows each kind of episode with a path of its own', () => {
  const { examples } = previewNaming('anime');
  expect(examples.map(({ kind }) => kind)).toEqual(['episode', 'special', 'double', 'anime', 'hostile']);
  expect(examples[2]!.path).toContain('S01E01-E02');
  expect(examples[3]!.path).toContain('S02E03 - 015 - ');
  expect(examples[4]!.path).not.toMatch(/\.\.\/|[\\:?"\u202e]/);
});
