import { seededSha256 } from '@aniworld/testing';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FaultCase } from '../case.ts';
import { Scene } from '../scene.ts';
import { until } from '../until.ts';

const SIZE = 1024 * 1024;
const LEASE_SECONDS = 2;
const POINTS = ['publish.synced', 'publish.announced', 'publish.named', 'publish.linked'];
const FOREIGN = 'somebody else’s film';

/** A05: the worker sleeps between two steps of publishing, others settle the item, it wakes and does its next step. */
export const stoppedPublisher: FaultCase = {
  id: 'A05',
  title: 'SIGSTOP between the announcement and the link, and at the steps around them',
  async run(context) {
    const times = context.times ?? 2;
    await using scene = await Scene.open(context);
    const points = Object.fromEntries(POINTS.map((point) => [point, 'stop']));
    await scene.workers.start(2, { leaseSeconds: LEASE_SECONDS, slots: 1, points });
    const stops: Stopped[] = [];
    for (let i = 0; i < times; i += 1) {
      for (const point of POINTS) stops.push(await stopAt(scene, point, `${point}-${i}`));
      stops.push(await stopAt(scene, 'publish.announced', `name-taken-${i}`, FOREIGN));
    }
    const foreign = stops.flatMap((one) => one.foreign ?? []);
    const broken = stops.flatMap((one) => one.broken);
    broken.push(...(await scene.check({ completed: stops.length, foreign })));
    const figures = {
      stops: stops.length,
      late_steps_refused: stops.filter((one) => one.refused).length,
      names_taken_by_others: foreign.length,
      lease_seconds: LEASE_SECONDS,
    };
    return { held: broken.length === 0, figures, broken };
  },
};

interface Stopped {
  refused: boolean;
  /** The path at which a file of somebody else's was put. */
  foreign?: string;
  broken: string[];
}

/** @param foreign what somebody puts under the announced name while the worker sleeps */
async function stopAt(scene: Scene, point: string, name: string, foreign?: string): Promise<Stopped> {
  const { rig, workers } = scene;
  for (const worker of workers.all) await worker.arm(point);
  const [item] = await rig.enqueue({ name, seed: name, size: SIZE });
  const asleep = await workers.struck(point);
  await until(`${asleep.name} sleeps`, () => asleep.isStopped);
  const taken = foreign === undefined ? undefined : await takeName(scene, item!.id, foreign);
  const done = await scene.ends(item!.id);
  const before = await stat(done.path);
  asleep.signal('SIGCONT');
  // Of the first lease: the one that it lost while it slept.
  const end = await asleep.said('how its try ended', (line) => {
    return (
      line.item === item!.id && line.epoch === 1 && (line.reason !== undefined || line.msg === 'download completed')
    );
  });
  const after = await stat(done.path);
  const broken: string[] = [];
  if (end.reason === undefined) broken.push(`I2: ${name}: the sleeper believes that it has completed the item`);
  if (before.ino !== after.ino || before.mtimeMs !== after.mtimeMs) broken.push(`I3: ${done.path} was replaced`);
  if (done.sha256 !== seededSha256(name, SIZE)) broken.push(`I3: ${name} has other bytes`);
  if (taken !== undefined && (await readFile(taken, 'utf8')) !== foreign) broken.push(`I3: ${taken} was overwritten`);
  return { refused: end.reason !== undefined, ...(taken !== undefined && { foreign: taken }), broken };
}

/** Puts a file where the sleeping worker was about to. @returns its path */
async function takeName(scene: Scene, id: string, text: string): Promise<string> {
  const [row] = await scene.query<{ path: string }>(
    `select publishing->>'path' as path from downloader.item where id = $1`,
    [id],
  );
  await mkdir(dirname(row!.path), { recursive: true });
  await writeFile(row!.path, text);
  return row!.path;
}
