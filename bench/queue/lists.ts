import { queue } from '@aniworld/contracts';
import { type QueueRig, startQueueRig, testDatabase } from '@aniworld/testing';
import { Logger, makeWorkerUtils } from 'graphile-worker';
import { lessIsBetter, median, percentile, type Row } from '../case.ts';
import { openPool, type Stage } from './stage.ts';

/** A long-running series, as one add. */
const SERIES = 1_300;
const MANY = 100_000;
const LISTED = 50_000;
const ROUNDS = 20;
const PAGE = 100;

/**
 * What a person waits for when the queue is long: adds, moves and pages, asked over the broker of the running service, its
 * catalog's answers included. Nothing downloads meanwhile.
 */
export async function lists(stage: Stage, say: (text: string) => void): Promise<Row[]> {
  await using rig = await startQueueRig({ natsUrl: stage.natsUrl, server: stage.postgresUrl });
  await using _replica = await rig.replica();
  await rig.bus.call(queue.pause, {});
  const peer = await addWithPeer(stage);
  const adds = [];
  for (let round = 0; round < 5; round += 1) adds.push(await addSeries(rig, SERIES));
  const goal = { peer_name: 'goal', unit: 'ms', goal: 1 };
  const rows = [
    lessIsBetter({ case: `add of ${SERIES} episodes`, ours: median(adds), peer: 300, ...goal }),
    lessIsBetter({
      case: `add of ${SERIES} episodes, beside jobs added in one statement`,
      ours: median(adds),
      peer: peer.series,
      peer_name: 'graphile-worker addJobs',
      unit: 'ms',
      goal: 0,
    }),
  ];
  say(`add of ${SERIES}: ${adds.join(', ')} ms, graphile-worker ${peer.series} ms`);
  const before = adds.length * SERIES;
  let toList = 0;
  let total = 0;
  for (let added = before; added < MANY + before; added += SERIES) {
    const ms = await addSeries(rig, SERIES);
    if (added < LISTED) toList += ms;
    total += ms;
    if (added < LISTED && added + SERIES >= LISTED) rows.push(...(await look(rig, say)));
  }
  say(
    `add of ${MANY}: ${Math.round(total)} ms (the first ${LISTED - before}: ${Math.round(toList)} ms), graphile-worker ${peer.many} ms`,
  );
  rows.push(
    lessIsBetter({
      case: `add of ${MANY} items in calls of ${SERIES}`,
      ours: Math.round(total),
      peer: peer.many,
      peer_name: 'graphile-worker addJobs',
      unit: 'ms',
      goal: 0,
    }),
  );
  return rows;
}

/** @returns milliseconds of the one call */
async function addSeries(rig: QueueRig, count: number): Promise<number> {
  const episode_ids = Array.from({ length: count }, () => rig.catalog.add(() => ({ url: rig.origin.url('none') })));
  const begun = performance.now();
  await rig.bus.call(queue.add, { series_id: rig.catalog.seriesId, episode_ids });
  return Math.round(performance.now() - begun);
}

/** The page that somebody sees who opens a queue of 50,000, and a move in its middle. */
async function look({ bus }: QueueRig, say: (text: string) => void): Promise<Row[]> {
  const pages: number[] = [];
  const moves: number[] = [];
  let bytes = 0;
  const { items } = await bus.call(queue.items, { limit: PAGE });
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now();
    const shown = await Promise.all([bus.call(queue.status, {}), bus.call(queue.items, { limit: PAGE })]);
    pages.push(performance.now() - begun);
    bytes = Buffer.byteLength(JSON.stringify(shown));
    const moved = performance.now();
    await bus.call(queue.reorder, { id: items[round]!.id, position: LISTED / 2 + round });
    moves.push(performance.now() - moved);
  }
  const [page, move] = [percentile(pages, 95), percentile(moves, 95)];
  say(
    `at ${LISTED}: status and first page p95 ${page.toFixed(1)} ms, ${bytes} bytes; move to the middle p95 ${move.toFixed(1)} ms`,
  );
  const ms = { unit: 'ms', goal: 1 };
  return [
    lessIsBetter({
      case: `status and first ${PAGE} items at ${LISTED}, p95`,
      ours: tenths(page),
      peer: 50,
      peer_name: 'goal',
      ...ms,
    }),
    lessIsBetter({ case: 'their size', ours: bytes, peer: 100_000, peer_name: 'goal', unit: 'bytes', goal: 1 }),
    lessIsBetter({
      case: `reorder in the middle of ${LISTED}, p95`,
      ours: tenths(move),
      peer: 100,
      peer_name: 'own goal',
      ...ms,
    }),
  ];
}

const tenths = (ms: number) => Math.round(ms * 10) / 10;

/** The same numbers of jobs, which are less than our items: no order among them, no titles, no events. */
async function addWithPeer(stage: Stage): Promise<{ series: number; many: number }> {
  await using database = await testDatabase({ server: stage.postgresUrl });
  const pgPool = openPool(database.url, 4);
  const utils = await makeWorkerUtils({ pgPool, logger: new Logger(() => () => undefined) });
  try {
    await utils.migrate();
    const add = async (count: number) => {
      const begun = performance.now();
      for (let at = 0; at < count; at += SERIES) {
        const specs = Array.from({ length: Math.min(SERIES, count - at) }, (_, i) => ({
          identifier: 'nothing',
          payload: { episode: at + i },
        }));
        await utils.addJobs(specs);
      }
      return Math.round(performance.now() - begun);
    };
    const series: number[] = [];
    for (let round = 0; round < 5; round += 1) series.push(await add(SERIES));
    return { series: median(series), many: await add(MANY) };
  } finally {
    await utils.release();
    await pgPool.end();
  }
}
