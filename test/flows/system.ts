import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@aniworld/chassis';
import { type ApiClient, connectRealtime, createClient, type MessageData, type Realtime } from '@aniworld/sdk';
import { type Standalone, startStandalone, type StandaloneOptions } from '@aniworld/standalone';
import { testDatabase, testPrefix, track } from '@aniworld/testing';
import { inject } from 'vitest';

/** The whole system for one test: five services on a database and a subject prefix of their own, and a user's client. */
export type TestSystem = AsyncDisposable & {
  system: Standalone;
  client: ApiClient;
  library: string;
  token: () => string | null;
  /** Does the set-up and keeps the session for the client. */
  setUp(): Promise<void>;
  useToken(token: string | null): void;
};

export async function startSystem(options: Partial<StandaloneOptions> = {}): Promise<TestSystem> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-flow-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const database = stack.use(await testDatabase());
  const log = createLog({ service: 'test', level: 'silent', out: null });
  const servers = { databaseUrl: database.url, natsUrl: inject('natsUrl'), natsPrefix: testPrefix() };
  const places = { dataDir: folder, host: '127.0.0.1', port: 0, shelfBytesPerSecond: 0 };
  const system = stack.use(await startStandalone({ ...places, ...servers, ...options }, log));
  let token: string | null = null;
  const client = createClient({ baseUrl: system.url, token: () => token });
  const library = join(options.dataDir ?? folder, 'library');
  const owned = stack.move();
  return track('system', {
    system,
    client,
    library,
    token: () => token,
    useToken: (next: string | null) => (token = next),
    async setUp() {
      token = (await client.config.setup({ password: 'a long password', config: { library: { folders: [library] } } }))
        .token;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  });
}

/** A realtime connection in these rooms, and a way to wait for messages. */
export async function listenTo(system: TestSystem, ...rooms: string[]) {
  const realtime = connectRealtime({ baseUrl: system.system.url, token: system.token });
  for (const room of rooms) await realtime.join(room);
  return Object.assign(realtime, { next: next.bind(null, realtime) as Next });
}

type Next = <T extends keyof MessageData>(type: T, fits?: (data: MessageData[T]) => boolean) => Promise<MessageData[T]>;

function next<T extends keyof MessageData>(
  realtime: Realtime,
  type: T,
  fits: (data: MessageData[T]) => boolean = () => true,
) {
  return new Promise<MessageData[T]>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${type} within 20 s`)), 20_000);
    const off = realtime.on(type, (data) => {
      if (!fits(data)) return;
      clearTimeout(timer);
      off();
      resolve(data);
    });
  });
}
