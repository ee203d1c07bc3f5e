import { queue } from '@aniworld/contracts';
import {
  hugeHeader,
  manyHeaders,
  type Origin,
  seededSha256,
  silent,
  stallsAfterHeaders,
  stallsAt,
  startOrigin,
  trickles,
} from '@aniworld/testing';
import type { FaultCase } from '../case.ts';
import { rounded } from '../quantile.ts';
import { Scene } from '../scene.ts';
import { until } from '../until.ts';
import type { Lie } from './lie.ts';
import { tryTools } from './tools.ts';

const SIZE = 512 * 1024;
const LEAST_BYTES_PER_SECOND = 2_000;
const MOST_SECONDS = 60;

/** `whole`: it comes in the next try, when the origin is well again. */
const lies: Lie[] = [
  { name: 'one byte a second', expected: 'whole', size: SIZE, behave: () => trickles(1) },
  { name: 'silence at 99 %', expected: 'whole', size: SIZE, behave: () => stallsAt(0.99) },
  { name: 'silence after the headers', expected: 'whole', size: SIZE, behave: () => stallsAfterHeaders() },
  { name: 'silence', expected: 'whole', size: SIZE, behave: () => silent() },
  { name: '100,000 headers', expected: 'refused', size: SIZE, behave: () => manyHeaders() },
  { name: 'a header of a megabyte', expected: 'refused', size: SIZE, behave: () => hugeHeader() },
];

/** E09 */
export const slowOrigins: FaultCase = {
  id: 'E09',
  title: 'one byte a second, silence, endless headers',
  limitMinutes: 15,
  async run(context) {
    await using scene = await Scene.open(context);
    scene.rig.catalog.configure({}, { download: { least_bytes_per_second: LEAST_BYTES_PER_SECOND } });
    await scene.workers.start(2, { leaseSeconds: 15, slots: 8 });
    await using origins = new AsyncDisposableStack();
    const freed = await Promise.all(lies.map(async (lie) => freedAfter(scene, origins.use(await startOrigin()), lie)));
    const broken = freed.flatMap(({ broken }) => broken);
    const refused = lies.filter(({ expected }) => expected === 'refused').length;
    broken.push(...(await scene.check({ completed: lies.length - refused, failed: refused })));
    const figures: Record<string, number | string> = { least_bytes_per_second: LEAST_BYTES_PER_SECOND };
    for (const [i, { name }] of lies.entries())
      figures[`slot freed after seconds: ${name}`] = rounded(freed[i]!.seconds);
    for (const lie of lies) figures[`tools: ${lie.name}`] = await tryTools(lie, context.random);
    return { held: broken.length === 0, figures, broken };
  },
};

interface Freed {
  seconds: number;
  broken: string[];
}

/** From the claim to the moment at which the slot is another's; then the origin is well again. */
async function freedAfter(scene: Scene, origin: Origin, lie: Lie): Promise<Freed> {
  const { rig } = scene;
  const { name } = lie;
  origin.add({ name, seed: name, size: SIZE, behaviour: lie.behave(Math.random, { name, seed: name, size: SIZE }) });
  const id = rig.catalog.add(() => ({ url: origin.url(name) }), name);
  const { items } = await rig.bus.call(queue.add, { series_id: rig.catalog.seriesId, episode_ids: [id] });
  const item = items[0]!;
  let seconds = 0;
  const isFree = async () => {
    const [first] = await scene.query<{ seconds: number }>(TIME_HELD, [item.id]);
    seconds = first?.seconds ?? 0;
    return first !== undefined;
  };
  await until(`the slot of ${name} is free`, isFree, 2 * MOST_SECONDS * 1_000);
  origin.change(name, { behaviour: [] });
  const broken = seconds <= MOST_SECONDS ? [] : [`I13: ${name} held its slot for ${rounded(seconds)} s`];
  if (lie.expected === 'refused') return { seconds, broken };
  const { sha256 } = await scene.ends(item.id);
  if (sha256 !== seededSha256(name, SIZE)) broken.push(`I3: ${name} has other bytes`);
  return { seconds, broken };
}

const TIME_HELD = `
  select extract(epoch from ended.at - claimed.at)::float8 as seconds
  from downloader.timeline claimed join downloader.timeline ended using (item_id)
  where item_id = $1 and claimed.what = 'claimed' and ended.id > claimed.id
    and ended.what in ('stalled', 'timeout', 'network', 'bad_content')
  order by ended.id limit 1`;
