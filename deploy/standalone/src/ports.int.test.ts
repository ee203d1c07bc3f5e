import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort, portOrFree } from './ports.ts';

it('gives a port that can be listened on', async () => {
  await using server = await listen(await freePort());
  expect(server.port).toBeGreaterThan(0);
});

it('gives the wanted port when it is free', async () => {
  const wanted = await freePort();
  expect(await portOrFree(wanted)).toBe(wanted);
});

it('gives another port when the wanted one is taken', async () => {
  await using taken = await listen(0);
  const port = await portOrFree(taken.port);
  expect(port).not.toBe(taken.port);
  await using server = await listen(port);
  expect(server.port).toBe(port);
});

async function listen(port: number) {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}
