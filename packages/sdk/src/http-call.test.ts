import { contracts } from '@aniworld/contracts';
import { describe, expect, it } from 'vitest';
import { toHttpCall } from './http-call.ts';

const { anime, auth, config, queue } = contracts;

describe('toHttpCall', () => {
  it('puts fields that the path names into the path, encoded', () => {
    expect(toHttpCall(queue.remove.http!, { id: 'a/b c' })).toEqual({ method: 'DELETE', path: '/queue/a%2Fb%20c' });
  });

  it('sends the rest of a get as its query and leaves undefined fields out', () => {
    const call = toHttpCall(anime.list.http!, { q: 'sea & sun', missing: true, status: undefined, limit: 5 });
    expect(call).toEqual({ method: 'GET', path: '/anime?q=sea+%26+sun&missing=true&limit=5' });
  });

  it('repeats an array in the query', () => {
    expect(toHttpCall(queue.items.http!, { state: ['failed', 'cancelled'] }).path).toBe(
      '/queue/items?state=failed&state=cancelled',
    );
  });

  it('sends a JSON body for everything but get, without the fields of the path', () => {
    const call = toHttpCall(anime.download.http!, { id: '1', priority: 'high' });
    expect(call).toEqual({ method: 'POST', path: '/anime/1/download', body: '{"priority":"high"}' });
    expect(toHttpCall(queue.removeMany.http!, { ids: ['1'] }).body).toBe('{"ids":["1"]}');
    expect(toHttpCall(auth.logout.http!, {}).body).toBe('{}');
  });

  it('sends what was read as the entity tag that must still hold', () => {
    const call = toHttpCall(config.patch.http!, { config: { library: { nfo: true } }, if_match: '7' });
    expect(call).toEqual({
      method: 'PATCH',
      path: '/config',
      headers: { 'if-match': '"7"' },
      body: '{"config":{"library":{"nfo":true}}}',
    });
    expect(toHttpCall(config.restore.http!, { version: 3 })).not.toHaveProperty('headers');
  });

  it('names the field that a path lacks', () => {
    expect(() => toHttpCall(anime.get.http!, {})).toThrow('"id" is missing');
  });
});
