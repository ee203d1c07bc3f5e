import { queue } from '@aniworld/contracts';
import { seededSha256 } from '@aniworld/testing';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FaultCase } from '../case.ts';
import { Scene } from '../scene.ts';

const SIZE = 256 * 1024;
const OWN = 'a user’s own film';

interface Wish {
  title: string;
  /** What is there already, below the library. */
  there?: string;
}

/** Each group of downloads wants one name, by some file system's lights. */
const groups: Record<string, Wish[]> = {
  'two at once': [{ title: 'Same' }, { title: 'Same' }],
  'case only': [{ title: 'Harbour' }, { title: 'HARBOUR' }, { title: 'harbour' }],
  'form of accents': [{ title: 'Cafe\u0301' }, { title: 'Café' }],
  'an existing file': [{ title: 'There', there: 'There' }],
  'an existing file of other case': [{ title: 'Shout', there: 'SHOUT' }],
  'an existing file with loose accents': [{ title: 'Été', there: 'E\u0301te\u0301' }],
};

/** F05: names that are one. */
export const sameName: FaultCase = {
  id: 'F05',
  title: 'two jobs with one name; names that differ by case or by NFC/NFD; a user’s own file',
  async run(context) {
    const times = context.times ?? 3;
    await using scene = await Scene.open(context);
    await scene.workers.start(2, { leaseSeconds: 5, slots: 4 });
    const broken: string[] = [];
    const foreign: string[] = [];
    let completed = 0;
    for (let round = 0; round < times; round += 1) {
      for (const [name, wishes] of Object.entries(groups)) {
        const outcome = await play(scene, `Round ${round} ${name}`, wishes);
        broken.push(...outcome.broken);
        foreign.push(...outcome.foreign);
        completed += wishes.length;
      }
    }
    broken.push(...(await scene.check({ completed, foreign })));
    return { held: broken.length === 0, figures: { completed, existing_files: foreign.length }, broken };
  },
};

async function play(scene: Scene, series: string, wishes: Wish[]) {
  const { rig } = scene;
  const foreign: string[] = [];
  for (const { there } of wishes) {
    if (there === undefined) continue;
    const path = join(rig.folder, `${series} (2026)/Season 01/${series} - S01E01 - ${there}.mp4`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, OWN);
    foreign.push(path);
  }
  const ids = wishes.map(({ title }, i) => {
    const name = `${series} ${i}`;
    rig.origin.add({ name, seed: name, size: SIZE });
    const names = { series, season: 1, episode: 1, title };
    return rig.catalog.add(() => ({ url: rig.origin.url(name) }), name, undefined, { names });
  });
  const { items } = await rig.bus.call(queue.add, { series_id: rig.catalog.seriesId, episode_ids: ids });
  const done = await Promise.all(items.map(({ id }) => scene.ends(id)));
  const broken: string[] = [];
  for (const path of foreign) if ((await readFile(path, 'utf8')) !== OWN) broken.push(`${path} was overwritten`);
  const folded = [...foreign, ...done.map(({ path }) => path)].map((path) => path.normalize('NFC').toLowerCase());
  if (new Set(folded).size < folded.length) broken.push(`${series}: two files share a name: ${folded.join(', ')}`);
  const numbers = folded
    .map((path) => Number(/ \((\d)\)\.mp4$/.exec(path)?.[1] ?? 1))
    .sort((one, other) => one - other);
  if (numbers.some((number, i) => number !== i + 1)) broken.push(`${series}: the suffixes are ${numbers.join(', ')}`);
  for (const [i, { sha256 }] of done.entries())
    if (sha256 !== seededSha256(`${series} ${i}`, SIZE)) broken.push(`I3: ${series} ${i} has other bytes`);
  return { broken, foreign };
}
