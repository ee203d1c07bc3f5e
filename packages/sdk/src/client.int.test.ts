import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fail, toProblem } from '@aniworld/contracts';
import { describe, expect, it } from 'vitest';
import { createClient } from './client.ts';

const ID = '3f0c9d1e-6c1b-4a43-9a50-0a8a0d3c6a11';
const STATUS = {
  running: true,
  paused: false,
  reason: null,
  max_concurrent: 2,
  counts: { pending: 1, downloading: 0, completed: 0, failed: 0, cancelled: 0 },
  speed: 0,
  average_speed: 0,
  eta: null,
  version: 3,
};

describe('createClient', () => {
  it('calls the contract’s route with the session’s token and parses the reply', async () => {
    await using server = await listen((request, response) => {
      seen = `${request.method} ${request.url} ${request.headers.authorization}`;
      response.end(JSON.stringify({ ...STATUS, internal_column: 'never shown' }));
    });
    let seen = '';
    const client = createClient({ baseUrl: `${server.url}/base/`, token: () => 'abc' });
    const status = await client.queue.status();
    expect(status).toMatchObject({ running: true, counts: STATUS.counts, version: 3 });
    expect(status).not.toHaveProperty('internal_column');
    expect(seen).toBe('GET /base/api/v1/queue/status Bearer abc');
  });

  it('sends the body of a post as JSON', async () => {
    await using server = await listen(async (request, response) => {
      response.statusCode = 201;
      const body = JSON.parse(await text(request));
      response.end(JSON.stringify({ batch: ID, items: [], added: body.episode_ids.length }));
    });
    const reply = await createClient({ baseUrl: server.url }).queue.add({ series_id: ID, episode_ids: [ID, ID] });
    expect(reply.added).toBe(2);
  });

  it('gives the text of an answer that is no JSON', async () => {
    await using server = await listen((_, response) => response.end('BEGIN:VCALENDAR'));
    expect(await createClient({ baseUrl: server.url }).anime.calendarFeed()).toEqual({ text: 'BEGIN:VCALENDAR' });
  });

  it('takes an empty 204 as done', async () => {
    await using server = await listen((_, response) => response.writeHead(204).end());
    expect(await createClient({ baseUrl: server.url }).queue.remove({ id: ID })).toEqual({});
  });

  it('turns a problem document into the error that it stands for', async () => {
    const problem = toProblem(fail('INVALID_REQUEST', { errors: [{ path: 'q', message: 'Required' }] }), 'r-1');
    await using server = await listen((_, response) => {
      response.writeHead(400, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    });
    await expect(createClient({ baseUrl: server.url }).search.query({ q: 'x' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      details: { errors: [{ path: 'q', message: 'Required' }] },
    });
  });

  it('reads a proxy’s page without a problem document as unavailable', async () => {
    await using server = await listen((_, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'));
    await expect(createClient({ baseUrl: server.url }).queue.status()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('refuses an answer that is not the agreed one', async () => {
    await using server = await listen((_, response) => response.end('{"running":"perhaps"}'));
    await expect(createClient({ baseUrl: server.url }).queue.status()).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('says UNAVAILABLE with its cause when nobody listens', async () => {
    const gone = await listen(() => {});
    await gone[Symbol.asyncDispose]();
    const error = await createClient({ baseUrl: gone.url })
      .queue.status()
      .catch((caught) => caught);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', cause: { message: expect.any(String) } });
  });

  it('ends a call when its signal is aborted, and the server sees it', async () => {
    const arrived = Promise.withResolvers<IncomingMessage>();
    await using server = await listen((request) => arrived.resolve(request));
    const abort = new AbortController();
    const call = createClient({ baseUrl: server.url }).queue.status({}, { signal: abort.signal });
    const closed = once((await arrived.promise).socket, 'close');
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    await closed;
  });

  it('has no method for an operation without a route', () => {
    expect(createClient({ baseUrl: 'http://localhost' }).anime).not.toHaveProperty('brief');
  });
});

async function listen(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
