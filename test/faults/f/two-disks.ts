import { seededSha256 } from '@aniworld/testing';
import { mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FaultCase } from '../case.ts';
import { Scene } from '../scene.ts';
import { notRun } from './disk.ts';

const SIZE = 6 * 1024 * 1024;
const LEASE_SECONDS = 2;
/** In memory, so another file system than the library's. */
const ELSEWHERE = '/dev/shm';
/** Between which two steps the worker dies. */
const POINTS = {
  'publish.announced': 'name announced | copied',
  'publish.copying': 'in the middle of the copy',
  'publish.copied': 'copied and verified | named',
  'publish.named': 'named | folder synced and part file removed',
};

/** F03: part files and library lie on different file systems, and the worker dies on the way between them. */
export const twoDisks: FaultCase = {
  id: 'F03',
  title: 'kill -9 while a file is copied to another file system',
  async run(context) {
    const times = context.times ?? 2;
    await using scene = await Scene.open(context);
    const { folder } = scene.rig;
    const parts = await mkdtemp(join(ELSEWHERE, 'aniworld-parts-')).catch(() => null);
    if (!parts || (await stat(parts)).dev === (await stat(folder)).dev) {
      return notRun(`not run: ${ELSEWHERE} is no other file system here`);
    }
    await using stack = new AsyncDisposableStack();
    stack.defer(() => rm(parts, { recursive: true, force: true }));
    await symlink(parts, join(folder, '.aniworld'));
    await startWorkers(scene);
    const broken: string[] = [];
    for (let i = 0; i < times; i += 1) {
      for (const point of Object.keys(POINTS)) broken.push(...(await crashAt(scene, parts, point, `${point}-${i}`)));
    }
    const crashes = times * Object.keys(POINTS).length;
    broken.push(...(await scene.check({ completed: crashes })));
    return { held: broken.length === 0, figures: { crashes, lease_seconds: LEASE_SECONDS }, broken };
  },
};

async function startWorkers(scene: Scene): Promise<void> {
  const points = Object.fromEntries(Object.keys(POINTS).map((point) => [point, 'kill']));
  await scene.workers.start(2, { leaseSeconds: LEASE_SECONDS, slots: 1, points });
}

async function crashAt(scene: Scene, parts: string, point: string, name: string): Promise<string[]> {
  const { rig, workers } = scene;
  for (const worker of workers.all) {
    await worker.isReady();
    await worker.arm(point);
  }
  const [item] = await rig.enqueue({ name, seed: name, size: SIZE });
  await workers.struck(point);
  const broken: string[] = [];
  const source = await stat(join(parts, `${item!.id}.1.part`)).catch(() => null);
  if (source?.size !== SIZE) broken.push(`${name}: the part file was gone before the name was taken`);
  const before = rig.origin.log.of(name).length;
  const done = await scene.ends(item!.id);
  if (rig.origin.log.of(name).length > before) broken.push(`${name}: fetched again although every byte was there`);
  if (done.sha256 !== seededSha256(name, SIZE)) broken.push(`I3: ${name} has other bytes`);
  const beside = (await readdir(dirname(done.path))).filter((entry) => entry.startsWith('.'));
  if (beside.length > 0) broken.push(`I14: ${beside.join(', ')} is left beside ${done.path}`);
  return broken;
}
