import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@aniworld/chassis';
import { allEvents, allOperations, health, owners, ServiceName, subjectOf } from '@aniworld/contracts';
import { connectRealtime, createClient } from '@aniworld/sdk';
import { environments } from '@aniworld/standalone/environment';
import { freePort } from '@aniworld/standalone/ports';
import { testDatabase } from '@aniworld/testing';
import { expect, test } from 'vitest';
import { startServices } from '../../deploy/standalone/src/services.ts';
import { type Broker, startBroker } from './broker.ts';

const services = ServiceName.options;
const ownerOf = (name: string) => owners[name.split('.')[0] as keyof typeof owners];

test('each operation can be answered, and each event sent, by the service that owns it and by no other', async () => {
  await using broker = await startBroker();
  for (const service of services) {
    await using bus = await broker.connect(service);
    for (const operation of allOperations())
      expect([operation.name, await bus.may('subscribe', bus.subject(operation))]).toEqual([
        operation.name,
        ownerOf(operation.name) === service,
      ]);
    for (const other of services)
      expect(await bus.may('subscribe', bus.subject(health(other)))).toBe(other === service);
    for (const event of allEvents())
      expect([subjectOf(event), await bus.may('publish', bus.subject(event))]).toEqual([
        subjectOf(event),
        ownerOf(event.name) === service,
      ]);
  }
});

test('no service reads the replies of another, ends another’s events or changes the stream', async () => {
  await using broker = await startBroker();
  for (const service of services) {
    await using bus = await broker.connect(service);
    for (const subject of ['>', '_INBOX.>', ...services.filter((other) => other !== service).map(inboxOf)])
      expect([service, subject, await bus.may('subscribe', subject)]).toEqual([service, subject, false]);
    expect(await bus.may('subscribe', inboxOf(service))).toBe(true);
    for (const change of ['STREAM.DELETE', 'STREAM.PURGE', 'STREAM.UPDATE', 'STREAM.MSG.DELETE'])
      expect(await bus.may('publish', `$JS.API.${change}.aniworld_EVENTS`)).toBe(false);
  }
});

test('only the gateway may ask what it likes', async () => {
  await using broker = await startBroker();
  for (const service of services) {
    await using bus = await broker.connect(service);
    expect(await bus.may('publish', 'aniworld.rpc.auth.login')).toBe(service === 'gateway');
    expect(await bus.may('publish', 'aniworld.rpc.config.update')).toBe(service === 'gateway');
  }
});

test('the five services do their work with these rights and are refused nothing', { timeout: 90_000 }, async () => {
  await using broker = await startBroker();
  await using system = await startSystem(broker);
  const { client, library, url } = system;
  const { token } = await client.config.setup({
    password: 'a long password',
    config: { library: { folders: [library] } },
  });
  system.useToken(token);
  using realtime = connectRealtime({ baseUrl: url, token: () => token });
  for (const room of ['downloads', 'queue', 'library', 'system']) await realtime.join(room);
  const { id } = await client.search.add({ provider: 'sample', ref: 'moonlit-noodle-observatory' });
  const { items } = await client.anime.download({ id });
  await expect.poll(() => client.anime.get({ id }), { timeout: 60_000 }).toMatchObject({ missing_count: 0 });
  for (const { id: item } of items) {
    const { item: done } = await client.queue.get({ id: item });
    const bytes = await readFile(done.path!);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(done.sha256);
  }
  await client.anime.rescan();
  await client.anime.refresh({ id });
  await client.backups.create();
  const backup = async () => (await client.tasks.list()).items.find(({ name }) => name === 'backup')?.last;
  await expect.poll(backup, { timeout: 30_000 }).toMatchObject({ outcome: 'completed' });
  expect((await client.system.get()).services.map((service) => service.name)).toEqual([...services].sort());
  await client.auth.logout();
  await expect
    .poll(() =>
      client.queue.status().then(
        () => 'let in',
        (error) => error.code,
      ),
    )
    .toBe('SESSION_REVOKED');
  expect(broker.refused).toEqual([]);
});

const inboxOf = (service: string) => `_INBOX.aniworld.${service}.>`;

async function startSystem(broker: Broker) {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-rights-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const { url: databaseUrl } = stack.use(await testDatabase());
  const [host, port] = ['127.0.0.1', await freePort()];
  const places = { dataDir: folder, host, port, logLevel: 'silent', shelfBytesPerSecond: 0 };
  const told = await environments({ ...places, databaseUrl, natsUrl: '' });
  for (const service of services) told[service]['NATS_URL'] = await broker.urlOf(service);
  const log = createLog({ service: 'test', level: 'silent', out: null });
  stack.use(await startServices({ environments: told, split: false, downloaders: 0, log }));
  const url = `http://${host}:${port}`;
  let token: string | null = null;
  const client = createClient({ baseUrl: url, token: () => token });
  const owned = stack.move();
  return {
    url,
    client,
    library: join(folder, 'library'),
    useToken: (next: string) => (token = next),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
