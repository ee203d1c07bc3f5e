import type { Health } from '@aniworld/contracts';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { registry } from './metrics.ts';

/** What a service needs to do its work: each check throws when its part is away. */
export type Checks = Record<string, () => Promise<void> | void>;

/** A part that is silent counts as away; shorter than a health request's own patience. */
const CHECK_MS = 2_500;

/** Runs all checks at once. */
export async function checkHealth(checks: Checks): Promise<Health> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await Promise.race([check(), silence()]);
        return { name, ok: true, detail: null };
      } catch (error) {
        return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
  return { ready: results.every((result) => result.ok), checks: results };
}

async function silence(): Promise<never> {
  await delay(CHECK_MS, undefined, { ref: false });
  throw new Error(`no answer within ${CHECK_MS / 1_000} s`);
}

/** Serves `/health`, `/health/ready` and `/metrics` for a container's probes, on a port that is not published. */
export async function serveProbes(port: number, checks: Checks): Promise<AsyncDisposable> {
  const server = createServer(async (request, response) => {
    if (request.url === '/health') return response.end('{"status":"ok"}');
    if (request.url === '/metrics') {
      return response.setHeader('Content-Type', registry.contentType).end(await registry.metrics());
    }
    if (request.url !== '/health/ready') return response.writeHead(404).end();
    const health = await checkHealth(checks);
    response.writeHead(health.ready ? 200 : 503, { 'Content-Type': 'application/json' }).end(JSON.stringify(health));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, resolve));
  return {
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
