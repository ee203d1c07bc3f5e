import { expect, it } from 'vitest';
import { pathParameters, placeOf } from './binding.ts';
import type { HttpBinding } from './define.ts';

const binding = (method: HttpBinding['method']): HttpBinding => ({
  method,
  path: '/series/{series_id}/files/{id}',
  status: 200,
  access: 'read',
});

it('names the path’s parameters in order', () => {
  expect(pathParameters('/series/{series_id}/files/{id}')).toEqual(['series_id', 'id']);
  expect(pathParameters('/series')).toEqual([]);
});

it('sends what the path names in the path, the rest of a get in the query and of everything else in the body', () => {
  expect(['series_id', 'id', 'limit'].map((field) => placeOf(binding('get'), field))).toEqual([
    'path',
    'path',
    'query',
  ]);
  for (const method of ['post', 'put', 'patch', 'delete'] as const) {
    expect(placeOf(binding(method), 'limit')).toBe('body');
  }
});
