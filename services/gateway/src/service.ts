import { BaseConfig, connectBus, createVerifier, implement, type Log, type Service, serve } from '@aniworld/chassis';
import { system } from '@aniworld/contracts';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import manifest from '../package.json' with { type: 'json' };
import { createApp } from './app.ts';
import { systemHandlers } from './handlers.ts';
import { createNotifierProxy } from './proxy.ts';
import { type Address, listen } from './server.ts';

export const Config = BaseConfig.extend({
  /** 0: any free one. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  HOST: z.string().default('0.0.0.0'),
  /** `/aniworld` when a reverse proxy serves it below a path; everything is mounted there. */
  BASE_PATH: z
    .string()
    .regex(/^(\/[\w.~-]+)*\/?$/, 'must be a path like /aniworld')
    .transform((path) => path.replace(/\/$/, ''))
    .default(''),
  /** Hops or addresses of reverse proxies whose X-Forwarded-* count. `true` would let every client choose its address. */
  TRUST_PROXY: z
    .string()
    .refine((value) => value !== 'true', 'must be a number of hops or a list of addresses')
    .transform((value) => (/^\d+$/.test(value) ? Number(value) : value.split(',').map((entry) => entry.trim())))
    .optional(),
  NOTIFIER_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8081'),
  /** Origin of the sample shelf, for its posters. */
  SHELF_URL: z.url({ protocol: /^https?$/ }).optional(),
  WEB_DIR: z.string().default(fileURLToPath(new URL('../../../packages/web/dist', import.meta.url))),
});
export type Config = z.output<typeof Config>;

/** The gateway, and where it listens. */
export interface Gateway extends Service {
  address: Address;
}

/** Starts the service that authenticates, validates and forwards, and serves the web files. */
export async function start(config: Config, log: Log, signal?: AbortSignal): Promise<Gateway> {
  await using stack = new AsyncDisposableStack();
  const { version } = manifest;
  const bus = stack.use(
    await connectBus({ url: config.NATS_URL, prefix: config.NATS_PREFIX, name: 'gateway', log }, signal),
  );
  const verifier = stack.use(createVerifier(bus, log));
  const checks = {
    nats: () => bus.check(),
    keys: () => verifier.check(),
  };
  const handlers = systemHandlers({ bus, version });
  stack.use(await serve(bus, { service: 'gateway', version, log, checks }, implement(system, handlers)));
  const notifier = createNotifierProxy(config.NOTIFIER_URL, config.BASE_PATH, log);
  const app = createApp({ config, version, bus, verifier, checks, notifier: notifier.middleware, log });
  const server = stack.use(await listen(app, config, notifier.upgrade));
  const opened = stack.move();
  return { address: server.address, checks, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
