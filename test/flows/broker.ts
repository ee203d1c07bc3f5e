import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Bus, connectBus, createLog } from '@aniworld/chassis';
import type { ServiceName } from '@aniworld/contracts';
import { findServer } from '@aniworld/standalone/nats';
import { freePort } from '@aniworld/standalone/ports';
import { track } from '@aniworld/testing';
import { writeSecrets } from '../../deploy/docker/secrets.ts';

/** A nats-server with the configuration that containers get. */
export type Broker = AsyncDisposable & {
  /** What the server refused, one line each: user, what and subject. */
  refused: string[];
  urlOf(service: ServiceName): Promise<string>;
  connect(service: ServiceName): Promise<Bus & { may: May }>;
};

/** Whether the server lets a user do this; it answers in order, so that its refusal is there when the flush is. */
export type May = (what: 'publish' | 'subscribe', subject: string) => Promise<boolean>;

const TOOLS = fileURLToPath(new URL('../../.toolchain', import.meta.url));
const log = createLog({ service: 'test', level: 'silent', out: null });

export async function startBroker(): Promise<Broker> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-broker-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  await writeSecrets(folder);
  const port = await freePort();
  const refused: string[] = [];
  stack.use(await startServer(folder, port, refused));
  const urlOf = async (service: ServiceName) => {
    const url = new URL(await readFile(join(folder, service, 'nats_url'), 'utf8'));
    url.host = `127.0.0.1:${port}`;
    return url.href;
  };
  const owned = stack.move();
  return track('broker', {
    refused,
    urlOf,
    async connect(service: ServiceName) {
      const bus = await connectBus({ url: await urlOf(service), prefix: 'aniworld', name: service, log });
      return Object.assign(bus, { may: mayOf(bus) });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  });
}

async function startServer(folder: string, port: number, refused: string[]): Promise<AsyncDisposable> {
  const program = await findServer({ toolsDir: TOOLS, log });
  const places = ['--addr', '127.0.0.1', '--port', `${port}`, '--http_port', '-1', '--store_dir', join(folder, 'data')];
  const server = spawn(program, ['--config', join(folder, 'nats', 'nats.conf'), ...places], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(server, 'exit');
  await new Promise<void>((resolve, reject) => {
    const said: string[] = [];
    createInterface(server.stderr).on('line', (line) => {
      said.push(line);
      if (line.includes('Server is ready')) resolve();
      const [violation] = line.match(/(Publish|Subscription) Violation.*/) ?? [];
      if (violation) refused.push(violation);
    });
    void ended.then(() => reject(new Error(`nats-server ended: ${said.join('\n')}`)));
  });
  return {
    async [Symbol.asyncDispose]() {
      server.kill();
      await ended;
    },
  };
}

function mayOf({ connection }: Bus): May {
  let refusals = 0;
  void (async () => {
    for await (const status of connection.status()) if (status.type === 'error') refusals += 1;
  })();
  return async (what, subject) => {
    const before = refusals;
    const subscription = what === 'subscribe' ? connection.subscribe(subject, { callback: () => undefined }) : null;
    if (!subscription) connection.publish(subject);
    await connection.flush();
    // The loop above has its turn before this.
    await turn();
    subscription?.unsubscribe();
    return refusals === before;
  };
}
