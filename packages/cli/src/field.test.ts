import { contracts } from '@aniworld/contracts';
import { expect, it } from 'vitest';
import { fieldsOf, toValue, wantsPassword } from './field.ts';

it('makes a flag of each field, with its kind, its choices and its default', () => {
  const fields = Object.fromEntries(fieldsOf(contracts.queue.add).map((field) => [field.flag, field]));
  expect(fields['series-id']).toMatchObject({ name: 'series_id', kind: 'text', required: true });
  expect(fields['episode-ids']).toMatchObject({ kind: 'list', required: true });
  expect(fields.priority).toMatchObject({ kind: 'text', required: false, choices: ['high', 'normal', 'low'] });
  expect(fields.priority?.description).toContain('default: normal');
});

it('finds the fields of a request that has a name of its own', () => {
  const fields = Object.fromEntries(fieldsOf(contracts.anime.match).map((field) => [field.flag, field]));
  expect(fields['file-ids']).toMatchObject({ kind: 'list', required: false });
  expect(fields.action).toMatchObject({ kind: 'text', choices: ['match', 'ignore', 'automatic'] });
});

it('leaves passwords out of the flags', () => {
  expect(fieldsOf(contracts.auth.login)).toEqual([]);
  expect([wantsPassword(contracts.auth.login), wantsPassword(contracts.queue.add)]).toEqual([true, false]);
});

it('reads a flag’s text as the field’s kind', async () => {
  const [limit, missing] = ['limit', 'missing'].map(
    (name) => fieldsOf(contracts.anime.list).find((f) => f.name === name)!,
  );
  expect(await toValue(limit!, '20')).toBe(20);
  expect(await toValue(missing!, true)).toBe(true);
  expect(await toValue(missing!, 'false')).toBe(false);
});
