import { queue } from '@aniworld/contracts';
import { busy, firstRequests, type Origin, type RetryAfter, seededSha256, startOrigin } from '@aniworld/testing';
import type { FaultCase } from '../case.ts';
import { rounded } from '../quantile.ts';
import { Scene } from '../scene.ts';
import { until } from '../until.ts';

const SIZE = 256 * 1024;
/** Files beside the one that was sent away; they are added once that is known. */
const OTHERS = 4;
/** What the answer's way to the database, the poll and the clocks of whole seconds may take. */
const LATE_SECONDS = 15;
const CAP_SECONDS = 3_600;

interface Variant {
  name: string;
  status: 429 | 503;
  retryAfter: RetryAfter;
  /** Seconds in which nobody may ask; null: more than a case can wait for. */
  rest: number | null;
}

const variants: Variant[] = [
  { name: '429, seconds', status: 429, retryAfter: { seconds: 4 }, rest: 4 },
  { name: '503, seconds', status: 503, retryAfter: { seconds: 5 }, rest: 5 },
  { name: '429, a date', status: 429, retryAfter: { dateIn: 6 }, rest: 5 },
  { name: '429, a date in the past', status: 429, retryAfter: { dateIn: -3_600 }, rest: 2 },
  { name: '429, no seconds', status: 429, retryAfter: { seconds: 0 }, rest: 2 },
  { name: '429, a word', status: 429, retryAfter: 'garbage', rest: 30 },
  { name: '429, nothing', status: 429, retryAfter: 'none', rest: 30 },
  { name: '429, ten years', status: 429, retryAfter: 'ten_years', rest: null },
  { name: '503, ten years', status: 503, retryAfter: 'ten_years', rest: null },
];

/** E11 */
export const busyHosts: FaultCase = {
  id: 'E11',
  title: 'Retry-After in seconds, as a date, in the past, as a word, of ten years',
  async run(context) {
    await using scene = await Scene.open(context);
    await scene.workers.start(3, { leaseSeconds: 15, slots: 8 });
    await using origins = new AsyncDisposableStack();
    const played = await Promise.all(variants.map(async (one) => play(scene, origins.use(await startOrigin()), one)));
    const broken = played.flatMap((one) => one.broken);
    const files = variants.length * (OTHERS + 1);
    broken.push(...(await scene.check({ completed: files })));
    const figures: Record<string, number> = { files };
    for (const [i, { name }] of variants.entries()) figures[`seconds of rest: ${name}`] = rounded(played[i]!.seconds);
    return { held: broken.length === 0, figures, broken };
  },
};

async function play(scene: Scene, origin: Origin, variant: Variant): Promise<{ seconds: number; broken: string[] }> {
  const { name, rest } = variant;
  const [first] = await add(scene, origin, [name], variant);
  const host = `127.0.0.1:${origin.port}`;
  let blocked: number | null = null;
  await until(`${name}: the host rests`, async () => {
    const [row] = await scene.query<{ seconds: number | null }>(
      'select extract(epoch from blocked_until - now())::float8 as seconds from downloader.host where host = $1',
      [host],
    );
    blocked = row?.seconds ?? null;
    return blocked !== null;
  });
  const others = Array.from({ length: OTHERS }, (_, i) => `${name} ${i}`);
  const items = [first!, ...(await add(scene, origin, others))];
  const broken = rest === null ? await passTime(scene, origin, items, blocked!) : [];
  for (const [i, item] of items.entries()) {
    const { sha256 } = await scene.ends(item.id);
    if (sha256 !== seededSha256([name, ...others][i]!, SIZE)) broken.push(`I3: ${name} has other bytes`);
  }
  if (rest === null) return { seconds: blocked!, broken };
  const [refused, ...later] = origin.log.entries.map(({ at }) => at).sort((a, b) => a - b);
  const seconds = (later[0]! - refused!) / 1_000;
  if (seconds < rest) broken.push(`${name}: somebody asked after ${rounded(seconds, 2)} s`);
  if (seconds > rest + LATE_SECONDS) broken.push(`I13: ${name}: nobody asked for ${rounded(seconds)} s`);
  return { seconds, broken };
}

/** Checks what is waited for, then lets the time be over. */
async function passTime(scene: Scene, origin: Origin, items: { id: string }[], blocked: number) {
  const broken: string[] = [];
  if (blocked > CAP_SECONDS || blocked < CAP_SECONDS - 60) broken.push(`the host rests for ${rounded(blocked)} s`);
  const ids = items.map(({ id }) => id);
  const [row] = await scene.query<{ seconds: number }>(
    `select max(extract(epoch from not_before - now()))::float8 as seconds from downloader.item where id = any($1::uuid[])`,
    [ids],
  );
  if ((row?.seconds ?? 0) > CAP_SECONDS) broken.push(`an item waits for ${rounded(row!.seconds)} s`);
  if (origin.log.entries.length !== 1) broken.push(`the host was asked ${origin.log.entries.length} times`);
  await scene.rig.execute(`
    update downloader.host set blocked_until = now() where host = '127.0.0.1:${origin.port}';
    update downloader.item set not_before = now() where id = '${ids[0]}'`);
  return broken;
}

async function add({ rig }: Scene, origin: Origin, names: string[], variant?: Variant) {
  const behaviour = variant ? firstRequests(1, busy(variant.status, variant.retryAfter)) : [];
  const ids = names.map((name) => {
    origin.add({ name, seed: name, size: SIZE, behaviour });
    return rig.catalog.add(() => ({ url: origin.url(name) }), name);
  });
  return (await rig.bus.call(queue.add, { series_id: rig.catalog.seriesId, episode_ids: ids })).items;
}
