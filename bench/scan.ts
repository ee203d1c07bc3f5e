import { appendFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Servers, startServers } from '@aniworld/testing';
import { type Bench, lessIsBetter, median, type Row } from './case.ts';
import { type Catalog, startCatalog } from './scan/catalog.ts';
import { findAll, makeTree, type Tree } from './scan/tree.ts';

const SERIES = 2_000;
const EPISODES = 50;
const ROUNDS = 5;
const CHANGES = 3;
const FIRST_SECONDS = 15;
const CHANGE_SECONDS = 2;
const PEAK_MIB = 250;
/** An unchanged rescan may take so many times what `find` takes. */
const FIND_TIMES = 3;

/**
 * A library of 100,000 files in 2,000 folders: the first scan into Postgres, one that finds nothing new beside `find` that
 * prints size and time of each file, a file that changes between scans, and the memory of the process. Once with series that
 * the library does not have, so that nothing is matched, and once with all of them.
 */
export const scan: Bench = {
  name: 'scan',
  title: `scans of ${SERIES * EPISODES} files in ${SERIES} folders, beside find`,
  async run(say) {
    await using servers = await startServers();
    say(servers.about);
    await using tree = await makeTree(SERIES, EPISODES);
    say(`${SERIES * EPISODES} files made`);
    return [...(await measure(servers, tree, false, say)), ...(await measure(servers, tree, true, say))];
  },
};

async function measure(servers: Servers, tree: Tree, known: boolean, say: (text: string) => void): Promise<Row[]> {
  await using catalog = await startCatalog(servers, tree, known);
  const which = known ? 'all series known' : 'no series known';
  const first = await catalog.scan();
  say(`${which}: first scan ${JSON.stringify({ ...first.scan, id: undefined })}`);
  const files = tree.series * tree.episodes;
  if (first.scan.files !== files || first.scan.matched !== (known ? files : 0))
    throw new Error('The scan is not right.');
  const finds: number[] = [];
  const rescans: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    finds.push(await findAll(tree));
    rescans.push((await catalog.scan()).seconds);
  }
  say(`${which}: find ${finds.map(hundredth).join(' ')} s, rescans ${rescans.map(hundredth).join(' ')} s`);
  const peak = await catalog.peak();
  const found = await changes(catalog, tree);
  return [
    againstGoal(`first scan, ${which}`, hundredth(first.seconds), FIRST_SECONDS, 's'),
    lessIsBetter({
      ...{ case: `unchanged rescan, ${which}`, unit: 's', peer_name: 'find -printf', goal: hundredth(1 / FIND_TIMES) },
      ...{ ours: hundredth(median(rescans)), peer: hundredth(median(finds)) },
    }),
    againstGoal(`one changed file found, ${which}`, hundredth(median(found)), CHANGE_SECONDS, 's'),
    againstGoal(`peak memory of the catalog, ${which}`, peak, PEAK_MIB, 'MiB'),
  ];
}

const hundredth = (value: number) => Math.round(value * 100) / 100;
const againstGoal = (what: string, ours: number, goal: number, unit: string) =>
  lessIsBetter({ case: what, ours, peer: goal, peer_name: 'goal', unit, goal: 1 });

/** Seconds until the database knows of files that were changed in place, one after the other. */
async function changes(catalog: Catalog, tree: Tree): Promise<number[]> {
  const seconds: number[] = [];
  for (let i = 0; i < CHANGES; i += 1) {
    const path = tree.file(Math.floor(((i + 1) * tree.series) / (CHANGES + 1)), 1);
    const before = await catalog.sizeOf(path);
    const begun = performance.now();
    await appendFile(path, 'more');
    while ((await catalog.sizeOf(path)) === before) {
      if (performance.now() - begun > 30_000) throw new Error('The changed file was not found.');
      await delay(10);
    }
    seconds.push((performance.now() - begun) / 1_000);
    // Each alone: not while the last one is still looked at.
    await delay(1_000);
  }
  return seconds;
}
