import { connectBus, createLog, type Implementation, type Log, serve } from '@aniworld/chassis';
import { auth, type Keyset, type ServiceName } from '@aniworld/contracts';
import { createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { inject, vi } from 'vitest';
import { Config, start } from './service.ts';

export const silent = createLog({ level: 'silent', service: 'gateway', out: null });

export interface SystemOptions {
  /** What the services behind the gateway answer. */
  handlers?: Implementation[];
  config?: Partial<Record<keyof Config, string>>;
  log?: Log;
  /** Where the gateway finds NATS; the test server by default. */
  natsUrl?: string;
  revoked?: Keyset['revoked'];
}

/** A gateway over a real broker, with whatever handlers the test needs behind it, and an auth service that knows our keys. */
export async function startSystem(options: SystemOptions = {}) {
  await using stack = new AsyncDisposableStack();
  const prefix = `test_${randomUUID()}`;
  const natsUrl = inject('natsUrl');
  const services: AsyncDisposable[] = [];
  stack.defer(async () => {
    for (const service of services.reverse()) await service[Symbol.asyncDispose]();
  });
  const answer = async (service: ServiceName, handlers: Implementation[], checks = {}) => {
    const bus = await connectBus({ url: natsUrl, prefix, name: service, log: silent });
    services.push(bus, await serve(bus, { service, version: '1.0.0', log: silent, checks }, handlers));
  };
  const keyset = { keys: [{ kid: KID, public_key: pair.publicKey }], revoked: options.revoked ?? [] };
  await answer('auth', [{ op: auth.keyset, handle: () => keyset }]);
  await answer('catalog', options.handlers ?? []);
  const environment = { PORT: '0', HOST: '127.0.0.1', NATS_PREFIX: prefix, WEB_DIR: '/nowhere', ...options.config };
  const config = Config.parse({ ...environment, NATS_URL: options.natsUrl ?? natsUrl });
  const gateway = stack.use(await start(config, options.log ?? silent));
  await vi.waitFor(() => gateway.checks.keys?.());
  const opened = stack.move();
  return {
    ...gateway.address,
    answer,
    stopGateway: () => gateway[Symbol.asyncDispose](),
    /** One request; without a token unless given one. */
    ask: (path: string, init: RequestInit & { token?: string } = {}) => ask(gateway.address.url, path, init),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function ask(url: string, path: string, { token, ...init }: RequestInit & { token?: string }) {
  const headers = new Headers(init.headers);
  if (token) headers.set('authorization', `Bearer ${token}`);
  if (typeof init.body === 'string' && !headers.has('content-type')) headers.set('content-type', 'application/json');
  const response = await fetch(`${url}${path}`, { redirect: 'manual', ...init, headers });
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text ? JSON.parse(text) : undefined,
  };
}

const KID = 'test-key';
const pair = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token, good for everything unless the claims or the header say otherwise; made without the library that verifies it. */
export function token(claims: object = {}, header: { alg?: string; kid?: string } = {}): string {
  const content = {
    sid: randomUUID(),
    scope: 'admin',
    iss: 'aniworld',
    aud: 'aniworld',
    exp: inSeconds(600),
    ...claims,
  };
  const head = { alg: 'ES256', typ: 'JWT', kid: KID, ...header };
  const signed = `${part(head)}.${part(content)}`;
  return `${signed}.${signature(head.alg, signed)}`;
}

export const expired = () => token({ exp: inSeconds(-60) });

function signature(algorithm: string, text: string): string {
  if (algorithm.toLowerCase() === 'none') return '';
  if (algorithm === 'HS256') return createHmac('sha256', pair.publicKey).update(text).digest('base64url');
  return sign('sha256', Buffer.from(text), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

/** A way to a TCP server that can be cut and mended: for whoever goes through it the server stops and starts again. */
export async function cuttableLink(url: string) {
  const target = new URL(url);
  const through = new URL(url);
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const cut = async () => {
    const closed = server.listening ? once(server, 'close') : undefined;
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  };
  through.host = `127.0.0.1:${port}`;
  return { url: through.href, cut, mend: () => listen(port), [Symbol.asyncDispose]: cut };
}
