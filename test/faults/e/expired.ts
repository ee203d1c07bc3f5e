import { queue } from '@aniworld/contracts';
import { type Behaviour, expiresAfter, type Origin, seededSha256, startOrigin } from '@aniworld/testing';
import type { FaultCase } from '../case.ts';
import { Scene } from '../scene.ts';
import type { Lie } from './lie.ts';
import { tryTools } from './tools.ts';

const MIB = 1024 * 1024;
const SIZE = 16 * MIB;
const NEW_SIZE = 9 * MIB;
/** Body bytes that one link is good for: less than the file, more than the rest of it with what is lost on the way. */
const LINK = 12 * MIB;
const CAP = 4 * MIB;
/** Of a file that is the same: what is compared, and what connections lose that are ended. */
const MOST_REFETCHED = 4 * MIB;
const STATUSES = [401, 403, 410] as const;

interface Variant {
  status: (typeof STATUSES)[number];
  /** What the new link leads to. */
  next: 'the same file' | 'another file' | 'the same file by another name';
}

const variants: Variant[] = STATUSES.flatMap((status): Variant[] => [
  { status, next: 'the same file' },
  { status, next: 'another file' },
  { status, next: 'the same file by another name' },
]);

/** E10 */
export const expiredLinks: FaultCase = {
  id: 'E10',
  title: 'the link expires for all segments at once; the new one may lead to another file',
  async run(context) {
    await using scene = await Scene.open(context, { connections: 4 });
    await scene.workers.start(2, { leaseSeconds: 15, slots: 16 });
    await using origins = new AsyncDisposableStack();
    const played = await Promise.all(variants.map(async (one) => play(scene, origins.use(await startOrigin()), one)));
    const broken = played.flatMap((one) => one.broken);
    broken.push(...(await scene.check({ completed: variants.length })));
    const tools: Lie = { name: 'expired', expected: 'whole', size: SIZE, behave: () => expiresAfter(LINK) };
    const figures = {
      links_expired: variants.length,
      resolves_after_expiry_max: Math.max(...played.map(({ resolves }) => resolves - 1)),
      refetched_max_bytes_same_file: Math.max(...played.map(({ refetched }) => refetched)),
      'tools: a link that expires': await tryTools(tools, context.random),
    };
    return { held: broken.length === 0, figures, broken };
  },
};

async function play(scene: Scene, origin: Origin, { status, next }: Variant) {
  const { catalog, bus } = scene.rig;
  const name = `${status} and then ${next}`;
  const isOther = next === 'another file';
  let asked = 0;
  // One for both links: the old one stays expired.
  const expiring = expiresAfter(LINK, status);
  origin.add({ name, seed: name, size: SIZE, perConnectionCap: CAP, behaviour: expiring });
  const id = catalog.add(() => {
    asked += 1;
    if (asked === 1) return { url: origin.url(name) };
    if (isOther) return { url: origin.renew(name, { seed: `${name}-new`, size: NEW_SIZE }) };
    return { url: origin.renew(name, next === 'the same file' ? {} : { behaviour: [renamed, expiring] }) };
  }, name);
  const { items } = await bus.call(queue.add, { series_id: catalog.seriesId, episode_ids: [id] });
  const { sha256 } = await scene.ends(items[0]!.id);
  const right = isOther ? seededSha256(`${name}-new`, NEW_SIZE) : seededSha256(name, SIZE);
  const resolves = catalog.resolves.get(id) ?? 0;
  const broken: string[] = [];
  if (sha256 !== right) broken.push(`I3: ${name} has other bytes`);
  if (resolves !== 2) broken.push(`${name}: the provider was asked ${resolves - 1} times for a new link`);
  const refetched = isOther ? 0 : origin.log.refetched(name);
  if (refetched > MOST_REFETCHED) broken.push(`${name}: ${refetched} bytes were fetched again`);
  return { resolves, refetched, broken };
}

/** Another server of the same files, with tags of its own. */
const renamed: Behaviour = (exchange, next) =>
  next({ ...exchange, entity: { ...exchange.entity, etag: '"of-another-server"' } });
