import type { TestProject } from 'vitest/node';
import { type Servers, startServers } from './servers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a superuser: `testDatabase` makes each test's own database there. */
    postgresUrl: string;
    /** With JetStream; give each test a `testPrefix`. */
    natsUrl: string;
  }
}

type Shared = { servers: Promise<Servers>; users: number };

const KEY = Symbol.for('aniworld.testing.servers');
// On the process: each vitest project loads this file anew, and all of them share one pair of servers.
const process_ = globalThis as { [KEY]?: Shared };

/** Starts the servers for the first project that needs them, and ends them after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (process_[KEY] ??= { servers: start(), users: 0 });
  shared.users += 1;
  const servers = await shared.servers;
  project.provide('postgresUrl', servers.postgresUrl);
  project.provide('natsUrl', servers.natsUrl);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete process_[KEY];
    await servers[Symbol.asyncDispose]();
  };
}

async function start(): Promise<Servers> {
  const servers = await startServers();
  console.error(`Test servers: ${servers.about}`);
  return servers;
}
