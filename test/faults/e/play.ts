import { queue } from '@aniworld/contracts';
import { type Behaviour, type Origin, type OriginFile, seededSha256, startOrigin } from '@aniworld/testing';
import type { FaultContext, FaultOutcome } from '../case.ts';
import { Scene } from '../scene.ts';
import { until } from '../until.ts';
import { drawFile, type Lie } from './lie.ts';
import { tryTools } from './tools.ts';

/** Files of each lie. */
const VARIANTS = 4;

interface Played {
  lie: Lie;
  file: OriginFile;
  id: string;
}

interface Ended {
  id: string;
  state: string;
  sha256: string | null;
  cause: string | null;
}

/**
 * Plays lies to real workers, several files each, and checks that each file is either the right one or refused; then plays
 * each once to other programs. Every lie has an origin of its own: what a host did to one file is remembered against it.
 */
export async function playLies(context: FaultContext, lies: readonly Lie[]): Promise<FaultOutcome> {
  await using scene = await Scene.open(context, { connections: 4 });
  await scene.workers.start(2, { leaseSeconds: 15, slots: 16 });
  await using origins = new AsyncDisposableStack();
  const played = await Promise.all(
    lies.map(async (lie) => play(scene, origins.use(await startOrigin()), lie, context)),
  );
  const all = played.flat();
  const ended = await endOfAll(scene, all);
  const broken = all.flatMap((one) => judge(one, ended.get(one.id)!));
  const completed = [...ended.values()].filter(({ state }) => state === 'completed').length;
  broken.push(...(await scene.check({ completed, failed: all.length - completed })));
  const tools: Record<string, string> = {};
  for (const lie of lies) tools[`tools: ${lie.name}`] = await tryTools(lie, context.random);
  const figures = { lies: lies.length, files: all.length, completed, refused: all.length - completed, ...tools };
  return { held: broken.length === 0, figures, broken };
}

async function play({ rig }: Scene, origin: Origin, lie: Lie, { random, times }: FaultContext): Promise<Played[]> {
  const files = Array.from({ length: lie.times ?? times ?? VARIANTS }, (_, i) =>
    drawFile(lie, `${lie.name} ${i}`, random),
  );
  const ids = files.map((file) => {
    const held = lie.held === undefined ? undefined : Math.floor(file.size * lie.held);
    origin.add({ ...file, ...(held && { holdAt: [held] }) });
    if (held) void turn(origin, file, held, lie.after!(random, file));
    return rig.catalog.add(() => ({ url: origin.url(file.name) }), file.name);
  });
  const { items } = await rig.bus.call(queue.add, { series_id: rig.catalog.seriesId, episode_ids: ids });
  return items.map((item, i) => ({ lie, file: files[i]!, id: item.id }));
}

/** Cuts the connection when the file has come so far, and lies from then on. */
async function turn(origin: Origin, { name }: OriginFile, held: number, behaviour: Behaviour | readonly Behaviour[]) {
  await origin.reached(name, held).catch(() => undefined);
  origin.change(name, { behaviour });
  origin.cut(name);
  origin.release(name);
}

async function endOfAll(scene: Scene, all: Played[]): Promise<Map<string, Ended>> {
  let rows: Ended[] = [];
  const isOver = async () => {
    rows = await scene.query<Ended>(`
      select item.id, item.state, item.sha256, item.error_cause as cause from downloader.item
      where state in ('completed', 'failed')`);
    return rows.length === all.length;
  };
  await until('all files have come or are refused', isOver, 240_000);
  return new Map(rows.map((row) => [row.id, row]));
}

function judge({ lie, file }: Played, { state, sha256, cause }: Ended): string[] {
  if (state === 'failed') {
    if (lie.expected === 'refused' && (lie.causes ?? []).includes(cause ?? '')) return [];
    return [`${file.name} failed: ${cause}`];
  }
  if (lie.expected === 'refused') return [`I3: ${file.name} was kept as complete`];
  const seed = lie.expected === 'replaced' ? `${file.seed}-new` : file.seed;
  return sha256 === seededSha256(seed, file.size) ? [] : [`I3: ${file.name} has other bytes`];
}
