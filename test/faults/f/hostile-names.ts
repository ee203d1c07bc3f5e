import { queue } from '@aniworld/contracts';
import { mkdir, mkdtemp, readdir, rename, rm, rmdir, symlink, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, normalize } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { FaultCase } from '../case.ts';
import { hostileTitles } from '../../../packages/naming/src/hostile.fixture.ts';
import { Scene } from '../scene.ts';
import { until } from '../until.ts';

const SIZE = 1_024;
const MOST_BYTES = 255;
/** Of a file's name, for its number and what stands beside it. */
const ROOM = 40;
/** Downloads into the folder that is swapped. */
const RACERS = 60;

/** F06: titles that want out of the library, and folders that become links while files are put into them. */
export const hostileNames: FaultCase = {
  id: 'F06',
  title: '300 hostile titles, each as series and as episode; a folder swapped with a link in a race',
  async run(context) {
    await using scene = await Scene.open(context);
    await using outside = await openOutside();
    await scene.workers.start(2, { leaseSeconds: 5, slots: 8 });
    const titles = hostileTitles.slice(0, context.times);
    const named = await playTitles(scene, titles);
    const raced = await playRace(scene, outside.path);
    const strays = await readdir(outside.path);
    const broken = [...named.broken, ...raced.broken, ...strays.map((name) => `I11: ${name} was put outside`)];
    const { completed, failed } = raced;
    broken.push(...(await scene.check({ completed: titles.length + completed, failed })));
    const figures = { titles: titles.length, longest_name_bytes: named.longest, raced: RACERS, swaps: raced.swaps };
    return {
      held: broken.length === 0,
      figures: { ...figures, raced_completed: completed, raced_refused: failed },
      broken,
    };
  },
};

async function openOutside() {
  const path = await mkdtemp(join(tmpdir(), 'aniworld-outside-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function playTitles(scene: Scene, titles: readonly string[]) {
  const { rig } = scene;
  rig.origin.add({ name: 'small', seed: 'small', size: SIZE });
  const ids = titles.map((title, i) => {
    // Half of them are the series', too, and so the folder's.
    const names = i % 2 === 0 ? { title, series: title } : { title };
    return rig.catalog.add(() => ({ url: rig.origin.url('small') }), `Title ${i}`, undefined, { names });
  });
  const paths = (await endsOf(scene, ids)).map((row) => row.path);
  const broken: string[] = [];
  let longest = 0;
  for (const [i, path] of paths.entries()) {
    const told = JSON.stringify(titles[i]);
    if (path === null) broken.push(`${told} was not completed`);
    else {
      longest = Math.max(longest, Buffer.byteLength(basename(path)));
      broken.push(...judge(path, rig.folder).map((sentence) => `${told}: ${sentence}`));
    }
  }
  return { broken, longest };
}

function judge(path: string, folder: string): string[] {
  if (normalize(path) !== path || !path.startsWith(`${folder}/`)) return ['I11: outside of the library'];
  const parts = path.slice(folder.length + 1).split('/');
  const broken: string[] = [];
  if (parts.length !== 3) broken.push(`${parts.length} parts`);
  for (const part of parts) {
    if (Buffer.byteLength(part) > MOST_BYTES) broken.push(`${Buffer.byteLength(part)} bytes`);
    if (part !== part.normalize('NFC')) broken.push('not NFC');
    if (/[<>:"\\|?*]|[\p{Cc}\p{Cf}\p{Cs}]|^[\s.-]|[\s.]$/u.test(part)) broken.push(`unsafe: ${part}`);
  }
  if (Buffer.byteLength(parts.at(-1)!) > MOST_BYTES - ROOM) broken.push('no room beside it');
  return broken;
}

/** While files are put into one season's folder, it is a folder and a link to somewhere else, in turn. */
async function playRace(scene: Scene, outside: string) {
  const { rig } = scene;
  const season = join(rig.folder, 'Race (2026)/Season 01');
  await mkdir(season, { recursive: true });
  const ids = Array.from({ length: RACERS }, (_, i) => {
    const names = { series: 'Race', season: 1, episode: i + 1, title: 'Lap' };
    return rig.catalog.add(() => ({ url: rig.origin.url('small') }), `Lap ${i}`, undefined, { names });
  });
  const racing = new AbortController();
  const swapped = swap(season, outside, racing.signal);
  const rows = await endsOf(scene, ids).finally(() => racing.abort());
  const swaps = await swapped;
  const completed = rows.filter((row) => row.state === 'completed').length;
  const wrong = rows.filter((row) => row.state === 'failed' && row.error_cause !== 'path');
  const broken = wrong.map((row) => `a racer failed with ${row.error_cause}: ${row.error_detail}`);
  if (completed === 0) broken.push('no racer was completed');
  return { broken, completed, failed: rows.length - completed, swaps };
}

/** @returns how often */
async function swap(folder: string, outside: string, signal: AbortSignal): Promise<number> {
  const asides: string[] = [];
  let swaps = 0;
  while (!signal.aborted) {
    const aside = `${folder}.aside${asides.length}`;
    await rename(folder, aside);
    try {
      await symlink(outside, folder);
      swaps += 1;
      await turn();
      await unlink(folder);
      await rename(aside, folder);
    } catch {
      // The worker was faster and has made a new one: that is swapped from now on.
      asides.push(aside);
    }
    await turn();
  }
  // Each file is where its path says when the race is over.
  for (const aside of asides) {
    for (const name of await readdir(aside)) await rename(join(aside, name), join(folder, name));
    await rmdir(aside);
  }
  return swaps;
}

interface Ended {
  state: string;
  path: string | null;
  error_cause: string | null;
  error_detail: string | null;
}

/** Queues the episodes and waits until each has ended. @returns their rows, in the same order */
async function endsOf(scene: Scene, episodes: string[]): Promise<Ended[]> {
  const { bus, catalog } = scene.rig;
  await bus.call(queue.add, { series_id: catalog.seriesId, episode_ids: episodes });
  let rows: (Ended & { episode_id: string })[] = [];
  await until(
    'all have ended',
    async () => {
      rows = await scene.query(
        `select episode_id, state, path, error_cause, error_detail from downloader.item
       where episode_id = any($1::uuid[]) and state not in ('pending', 'downloading')`,
        [episodes],
      );
      return rows.length === episodes.length;
    },
    180_000,
  );
  const byEpisode = new Map(rows.map((row) => [row.episode_id, row]));
  return episodes.map((id) => byEpisode.get(id)!);
}
