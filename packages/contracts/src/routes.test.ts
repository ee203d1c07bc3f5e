import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pathParameters } from './binding.ts';
import { allEvents, allOperations, contracts, type Group, owners } from './index.ts';
import { routeTable, routes } from './routes.ts';

const groups = Object.entries(contracts) as [keyof typeof contracts, Group][];

describe('the contract tree', () => {
  it.each(groups)('names every entry of %s after its group', (key, group) => {
    const strangers = Object.values(group).filter(({ name }) => !new RegExp(`^${key}\\.[a-z][a-z_]*$`).test(name));
    expect(strangers).toEqual([]);
  });

  it('has an owner for each group', () => {
    expect(Object.keys(owners).sort()).toEqual(groups.map(([key]) => key).sort());
  });

  it('gives no name twice', () => {
    const names = [...allOperations(), ...allEvents()].map((contract) => `${contract.kind} ${contract.name}`);
    expect(names).toEqual([...new Set(names)]);
  });

  it('says for each event in a room which message type carries it', () => {
    expect(allEvents().filter((event) => event.room !== null && event.type === null)).toEqual([]);
  });
});

describe('the routes', () => {
  it('are those that docs/routes.txt lists, so that exposing anything shows in a diff', async () => {
    const listed = await readFile(new URL('../../../docs/routes.txt', import.meta.url), 'utf8');
    expect(`${routeTable().join('\n')}\n`).toBe(listed);
  });

  it('take no address twice', () => {
    const addresses = routes().map(({ http }) => `${http.method} ${http.path.replaceAll(/\{\w+\}/g, '{}')}`);
    expect(addresses).toEqual([...new Set(addresses)]);
  });

  it('put a path before every other whose parameter would swallow it', () => {
    const paths = routes().map(({ http }) => http.path);
    for (const [at, path] of paths.entries()) {
      const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
      expect(paths.slice(at).filter((later) => later !== path && pattern.test(later))).toEqual([]);
    }
  });

  it.each(routes().map((op) => [op.name, op] as const))('name only fields of the request: %s', (_, op) => {
    expect(op.request).toBeInstanceOf(z.ZodObject);
    const fields = Object.keys((op.request as z.ZodObject).shape);
    expect(fields).toEqual(expect.arrayContaining(pathParameters(op.http.path)));
    if (op.http.if_match) expect(fields).toContain(op.http.if_match);
    if (op.http.etag) expect(Object.keys((op.reply as z.ZodObject).shape)).toContain(op.http.etag);
  });
});
