import * as auth from '@aniworld/auth';
import * as catalog from '@aniworld/catalog';
import type { Log, Service } from '@aniworld/chassis';
import type { ServiceName } from '@aniworld/contracts';
import * as downloader from '@aniworld/downloader';
import * as gateway from '@aniworld/gateway';
import * as notifier from '@aniworld/notifier';
import type { Environment } from './environment.ts';
import { type Replica, startReplica } from './replica.ts';

export type Running = AsyncDisposable & {
  /** Services that run in processes of their own. */
  replicas: Replica[];
};

export type ServicesOptions = {
  environments: Record<ServiceName, Environment>;
  /** Each service in a process of its own. */
  split: boolean;
  /** Worker processes; 0 runs the workers in this process (or in one process when split). */
  downloaders: number;
  log: Log;
};

/** In the order of starting; they stop in the reverse order, so that the gateway takes nothing more first. */
const ORDER: ServiceName[] = ['auth', 'catalog', 'downloader', 'notifier', 'gateway'];

/** Starts the five services, here or in processes of their own. */
export async function startServices({ environments, split, downloaders, log }: ServicesOptions): Promise<Running> {
  await using stack = new AsyncDisposableStack();
  const replicas: Replica[] = [];
  for (const service of ORDER) {
    const count = service === 'downloader' && downloaders > 0 ? downloaders : split ? 1 : 0;
    const started = Array.from({ length: count }, () => startReplica(service, environments[service], log));
    replicas.push(...started);
    if (count === 0) stack.use(await startHere(service, environments[service], log.child({ service })));
    else stack.defer(async () => void (await Promise.all(started.map((replica) => replica[Symbol.asyncDispose]()))));
  }
  // Processes start side by side: each waits for those that it needs.
  await Promise.all(replicas.map((replica) => replica.ready));
  const owned = stack.move();
  return { replicas, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function startHere(service: ServiceName, environment: Environment, log: Log): Promise<Service> {
  switch (service) {
    case 'auth':
      return auth.start(auth.Config.parse(environment), log);
    case 'catalog':
      return catalog.start(catalog.Config.parse(environment), log);
    case 'downloader':
      return downloader.start(downloader.Config.parse(environment), log);
    case 'notifier':
      return notifier.start(notifier.Config.parse(environment), log);
    case 'gateway':
      return gateway.start(gateway.Config.parse(environment), log);
  }
}
