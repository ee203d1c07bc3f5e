import { createLog, connectBus, openDb } from '@aniworld/chassis';
import { AppConfig, fail, type Task as Shown, tasks as contract } from '@aniworld/contracts';
import { testDatabase, testPrefix, watchEvent } from '@aniworld/testing';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { startScheduler } from './scheduler.ts';
import type { DB } from './schema.gen.ts';
import type { Task } from './tasks.ts';

const log = createLog({ service: 'test', level: 'silent', out: null });

test('a task is run when asked for, once at a time, and says what it did', async () => {
  await using rig = await startRig();
  const work = Promise.withResolvers<string>();
  const scheduler = rig.start({ run: () => work.promise });
  const begun = await scheduler.run('backup');
  expect(begun).toMatchObject({ name: 'backup', running_since: expect.any(String), next_run_at: null, last: null });
  await expect(scheduler.run('backup')).rejects.toMatchObject({ code: 'TASK_RUNNING' });
  await expect(scheduler.run('nonsense')).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
  work.resolve('It is done.');
  const { last, running_since } = await rig.ended();
  expect(running_since).toBeNull();
  expect(last).toMatchObject({ outcome: 'completed', result: 'It is done.', error: null });
  expect(last!.started_at).toBe(begun.running_since);
});

test('a task that fails shows why and is run again at its time', async () => {
  await using rig = await startRig({ tasks: { backup: { schedule: '1d' } } });
  const scheduler = rig.start({ run: async () => Promise.reject(fail('FOLDER_UNUSABLE')) });
  await scheduler.run('backup');
  const { last, next_run_at } = await rig.ended();
  expect(last).toMatchObject({ outcome: 'failed', result: null, error: expect.stringContaining('folder') });
  expect(Date.parse(next_run_at!) - Date.parse(last!.started_at)).toBe(86_400_000);
});

test('what was missed while no server ran happens once', async () => {
  await using rig = await startRig({ tasks: { backup: { schedule: '30 3 * * *' } } });
  let runs = 0;
  const first = rig.start({ run: async () => 'first' });
  await first.run('backup');
  await rig.ended();
  await first[Symbol.asyncDispose]();
  await sql`update task set last_started_at = last_started_at - interval '9 days', scheduled_at = scheduled_at - interval '20 days'`.execute(
    rig.db,
  );
  rig.start({ run: async () => `run ${++runs}` });
  const { last, next_run_at } = await rig.ended((task) => task.last?.result === 'run 1');
  expect(Date.parse(next_run_at!)).toBeGreaterThan(Date.parse(last!.started_at));
  await rig.rounds(3);
  expect(runs).toBe(1);
});

test('replicas that find a task due at the same moment run it once', async () => {
  await using rig = await startRig({ tasks: { backup: { schedule: '1h' } } });
  let runs = 0;
  const run = async () => `run ${++runs}`;
  await rig.due();
  rig.start({ run });
  rig.start({ run });
  rig.start({ run });
  await rig.ended();
  await rig.rounds(3);
  expect(runs).toBe(1);
});

test('a replica that dies in the middle holds nothing up', async () => {
  await using rig = await startRig({ tasks: { backup: { schedule: '1d' } } });
  await rig.due();
  await sql`update task set running_since = now() - interval '1 minute', lease_until = now() - interval '1 second', epoch = 7`.execute(
    rig.db,
  );
  rig.start({ run: async () => 'made up for' });
  const { last } = await rig.ended((task) => task.last?.result === 'made up for');
  expect(last).toMatchObject({ outcome: 'completed' });
});

test('a run goes on elsewhere after a stop of its server', async () => {
  await using rig = await startRig({ tasks: { backup: { schedule: '1d' } } });
  const stopped = rig.start({
    run: (_, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  await stopped.run('backup');
  await stopped[Symbol.asyncDispose]();
  expect((await stopped.list())[0]!.last).toMatchObject({ outcome: 'interrupted', error: 'The server is stopping.' });
  rig.start({ run: async () => 'on the other one' });
  await rig.ended((task) => task.last?.result === 'on the other one');
});

test('a task that hangs and listens to nothing is let go at its limit', async () => {
  await using rig = await startRig();
  const scheduler = rig.start({ limitMinutes: 0.005, run: () => new Promise<string>(() => undefined) });
  await scheduler.run('backup');
  const { last } = await rig.ended();
  expect(last).toMatchObject({ outcome: 'timed_out', error: 'It was cut after 0.005 minutes.' });
  await scheduler.run('backup');
});

test('before the set-up nothing is run', async () => {
  await using rig = await startRig({ tasks: { backup: { schedule: '1m' } } }, 0);
  let runs = 0;
  const scheduler = rig.start({ run: async () => `run ${++runs}` });
  await rig.due();
  await rig.rounds(3);
  expect(runs).toBe(0);
  expect((await scheduler.list())[0]).toMatchObject({ name: 'backup', next_run_at: null });
});

test('a new schedule counts from when it was chosen', async () => {
  await using rig = await startRig({ tasks: { backup: { schedule: '' } } });
  const scheduler = rig.start({ run: async () => 'done' });
  await scheduler.run('backup');
  const { next_run_at } = await rig.ended();
  expect(next_run_at).toBeNull();
  await sql`update task set last_started_at = now() - interval '9 days' where last_outcome is not null`.execute(rig.db);
  rig.configure({ tasks: { backup: { schedule: '0 0 1 1 *' } } });
  const [task] = await scheduler.list();
  expect(task!.schedule).toBe('0 0 1 1 *');
  expect(Date.parse(task!.next_run_at!)).toBeGreaterThan(Date.now());
});

test('the rescan follows the library’s interval until it has a schedule of its own', async () => {
  await using rig = await startRig({ library: { scan_interval_minutes: 7 } });
  const scheduler = rig.start({ name: 'rescan', run: async () => 'done' });
  expect((await scheduler.list())[0]).toMatchObject({ schedule: '7m' });
  rig.configure({ library: { scan_interval_minutes: 7 }, tasks: { rescan: { schedule: '0 5 * * *' } } });
  expect((await scheduler.list())[0]).toMatchObject({ schedule: '0 5 * * *' });
  rig.configure({ library: { scan_interval_minutes: 0 } });
  expect((await scheduler.list())[0]).toMatchObject({ schedule: '', next_run_at: null });
});

/** The table, the bus, and schedulers with one task. */
async function startRig(document: unknown = {}, version = 1) {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase());
  const migrations = new URL('../migrations/', import.meta.url);
  const db = await openDb<DB>({ url: database.url, service: 'catalog', migrations, log });
  stack.defer(() => db.destroy());
  const bus = stack.use(await connectBus({ url: inject('natsUrl'), prefix: testPrefix(), name: 'test', log }));
  const changed = stack.use(watchEvent(bus, contract.changed));
  await bus.connection.flush();
  let config = AppConfig.parse(document);
  const looks = new Set<() => void>();
  const current = async () => {
    for (const look of looks) look();
    return { version, config, overridden: [] };
  };
  const owned = stack.move();
  return {
    db,
    configure: (next: unknown) => (config = AppConfig.parse(next)),
    start(task: Partial<Task> & Pick<Task, 'run'>) {
      const tasks: Task[] = [{ name: 'backup', summary: 'A task', limitMinutes: 1, ...task }];
      const configuration = { current };
      return owned.use(
        startScheduler({ db, bus, log, configuration, tasks, everyMs: 50, leaseSeconds: 2, graceMs: 100 }),
      );
    },
    /** Waits for the end of a run. */
    ended: (fits: (task: Shown) => boolean = () => true) =>
      changed.next((task) => task.running_since === null && task.last !== null && fits(task)),
    /** Makes a row whose time has come. */
    due: () =>
      sql`insert into task (name, schedule, scheduled_at)
        values ('backup', ${config.tasks.backup.schedule}, now() - interval '1 day')`.execute(db),
    /** Waits until a scheduler has looked so often. */
    rounds: (count: number) =>
      new Promise<void>((resolve) => {
        let left = count;
        const look = () => {
          left -= 1;
          if (left > 0) return;
          looks.delete(look);
          resolve();
        };
        looks.add(look);
      }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
