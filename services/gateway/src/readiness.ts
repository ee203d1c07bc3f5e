import { type Bus, type Checks, checkHealth, registry } from '@aniworld/chassis';
import { AppError, type Health, health, ServiceName } from '@aniworld/contracts';
import { Router } from 'express';

/** A service that hasn't answered by then isn't ready. */
const PATIENCE_MS = 1_500;
const RETRY_AFTER = 5;

/** `/health`: this process is alive. `/health/ready`: every part can do its work. `/metrics`: this process's figures. */
export function readinessRouter(bus: Bus, checks: Checks): Router {
  const router = Router();
  router.get('/health', (_request, response) => void response.json({ status: 'ok' }));
  router.get('/health/ready', async (_request, response) => {
    const found = await readiness(bus, checks);
    if (!found.ready) response.set('Retry-After', String(RETRY_AFTER));
    response.status(found.ready ? 200 : 503).json(found);
  });
  router.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}

async function readiness(bus: Bus, checks: Checks): Promise<Health> {
  const services = ServiceName.options.filter((name) => name !== 'gateway');
  const found = await Promise.all([
    checkHealth(checks).then((own) => prefixed('gateway', own)),
    ...services.map((name) => askService(bus, name)),
  ]);
  return { ready: found.every(({ ready }) => ready), checks: found.flatMap((part) => part.checks) };
}

async function askService(bus: Bus, name: ServiceName): Promise<Health> {
  try {
    return prefixed(name, await bus.call(health(name), {}, { timeoutMs: PATIENCE_MS }));
  } catch (error) {
    const detail = error instanceof AppError ? error.code : 'INTERNAL';
    return { ready: false, checks: [{ name, ok: false, detail: `no answer: ${detail}` }] };
  }
}

const prefixed = (name: string, { ready, checks }: Health): Health => ({
  ready,
  checks: [{ name, ok: ready, detail: null }, ...checks.map((check) => ({ ...check, name: `${name}.${check.name}` }))],
});
