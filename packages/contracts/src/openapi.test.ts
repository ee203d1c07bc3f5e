import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { errorCatalogue } from './errors.ts';
import { openApiDocument } from './openapi.ts';
import { routes } from './routes.ts';

const document = openApiDocument('1.2.3');
// What the document says of one operation, without the union types of the specification.
const operation = (method: string, path: string) => (document.paths as any)[path][method];

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    // A copy, because the validator resolves references in place.
    expect(await validator.validate(JSON.parse(JSON.stringify(document)))).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has every route once, under its group’s tag', () => {
    const described = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
      Object.entries(item as Record<string, { operationId: string; tags: string[] }>).map(
        ([method, { operationId, tags }]) => `${method} ${path} ${operationId} ${tags.join()}`,
      ),
    );
    const expected = routes().map(
      ({ http, name }) => `${http.method} ${http.path} ${name.replace('.', '_')} ${name.split('.')[0]}`,
    );
    expect(described.sort()).toEqual(expected.sort());
  });

  it('splits a request into path, query and body', () => {
    const episodes = operation('get', '/anime/{id}/episodes');
    expect(episodes.parameters.slice(0, 2)).toMatchObject([
      { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
      { name: 'missing', in: 'query', schema: { type: 'boolean' } },
    ]);
    expect(episodes.parameters.slice(1).every((parameter: { in: string }) => parameter.in === 'query')).toBe(true);
    expect(episodes.requestBody).toBeUndefined();
    const download = operation('post', '/anime/{id}/download');
    expect(download.parameters).toMatchObject([{ name: 'id', in: 'path' }]);
    const body = download.requestBody;
    expect(Object.keys(body.content['application/json'].schema.properties)).toEqual(['season', 'priority']);
    expect(body.required).toBe(false);
    expect(operation('post', '/auth/login').requestBody.required).toBe(true);
  });

  it('shows entity tags as the headers in which they travel', () => {
    const { parameters, requestBody, responses } = operation('put', '/config');
    expect(parameters).toMatchObject([{ name: 'If-Match', in: 'header' }]);
    expect(Object.keys(requestBody.content['application/json'].schema.properties)).toEqual(['config', 'version']);
    expect(responses[200].headers).toHaveProperty('ETag');
    expect(responses[412].description).toContain('PRECONDITION_FAILED');
  });

  it('asks for a session wherever the gateway does', () => {
    for (const { http } of routes()) {
      expect(operation(http.method, http.path).security).toEqual(http.access === 'public' ? [] : [{ session: [] }]);
    }
  });

  it('documents each declared error under its status as a problem document', () => {
    for (const { http, errors } of routes()) {
      const { responses } = operation(http.method, http.path);
      for (const code of [...errors, 'UNAVAILABLE', 'INTERNAL'] as const) {
        const response = responses[errorCatalogue[code].status];
        expect(response.description).toContain(code);
        expect(response.content).toEqual({
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        });
      }
    }
  });

  it('names shared schemas as components and a 204 has no content', () => {
    expect(Object.keys(document.components?.schemas ?? {})).toEqual(
      expect.arrayContaining(['Series', 'Episode', 'QueueItem', 'Session', 'Problem']),
    );
    expect(operation('get', '/anime/{id}').responses[200].content['application/json'].schema).toEqual({
      $ref: '#/components/schemas/SeriesDetails',
    });
    expect(operation('delete', '/queue/{id}').responses[204]).toEqual({ description: 'Done' });
  });
});
