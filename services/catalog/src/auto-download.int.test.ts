import { anime, config, fail } from '@aniworld/contracts';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { autoDownload, patience } from './auto-download.ts';
import { silent } from './library.fixture.ts';
import { datedEpisodes, queueItem, type Rig, startRig } from './rig.fixture.ts';
import { storeQueued } from './store/queued.ts';

describe('automatic download', () => {
  it('queues what is missing of the series that want it, once, at their priority', async () => {
    await using rig = await startRig();
    const [aired, undated, , unmonitored] = await datedEpisodes(rig, ['2024-01-05', null, '2999-01-01', '2024-01-06']);
    await rig.db.updateTable('episode').set({ monitored: false }).where('id', '=', unmonitored!).execute();
    await rig.addSample('moonlit-noodle-observatory');
    expect(await run(rig)).toEqual({ queued: 0, series: 0 });
    await want(rig, 'Paper Boat Post', 'high');
    expect(await run(rig)).toEqual({ queued: 2, series: 1 });
    expect(rig.queued.map((item) => item.episode_id).sort()).toEqual([aired!, undated!].sort());
    expect(new Set(rig.queued.map((item) => item.priority))).toEqual(new Set(['high']));
    expect(await run(rig)).toEqual({ queued: 0, series: 0 });
    const { items } = await rig.bus.call(anime.timeline, { id: rig.queued[0]!.series_id, what: 'queued' });
    expect(items).toMatchObject([{ count: 2, detail: 'by itself' }]);
  });

  it('does not queue twice what two runs choose at once', async () => {
    await using rig = await startRig();
    await rig.addSample();
    await want(rig, 'Paper Boat Post');
    const runs = await Promise.all([run(rig), run(rig), run(rig)]);
    expect(runs.reduce((sum, { queued }) => sum + queued, 0)).toBe(8);
    expect(rig.queued).toHaveLength(8);
  });

  it('leaves alone what a person cancelled or took out, and what waits', async () => {
    await using rig = await startRig();
    const ids = await datedEpisodes(rig, ['2024-01-05', '2024-01-06', '2024-01-07', '2024-01-08']);
    await want(rig, 'Paper Boat Post');
    for (const [n, state] of (['cancelled', 'pending', 'downloading', 'pending'] as const).entries())
      await storeQueued(rig.db, [queueItem({ episode_id: ids[n]!, state })]);
    await rig.db.updateTable('queued_episode').set({ state: 'removed' }).where('episode_id', '=', ids[3]!).execute();
    await daysAgo(rig, 400);
    expect(await run(rig)).toEqual({ queued: 0, series: 0 });
  });

  it('queues a failed episode again after a day, three times in all', async () => {
    await using rig = await startRig();
    const [id] = await datedEpisodes(rig, ['2024-01-05']);
    await want(rig, 'Paper Boat Post');
    const outcomes: number[] = [];
    for (let failure = 1; failure <= patience.failures; failure += 1) {
      await fails(rig, id!, 'http_5xx');
      expect(await run(rig)).toMatchObject({ queued: 0 });
      await daysAgo(rig, 2);
      outcomes.push((await run(rig)).queued);
    }
    expect(outcomes).toEqual([1, 1, 0]);
  });

  it('asks longer for what no provider offers yet', async () => {
    await using rig = await startRig();
    const [id] = await datedEpisodes(rig, ['2024-01-05']);
    await want(rig, 'Paper Boat Post');
    for (let failure = 1; failure < patience.failuresWithoutSource; failure += 1) {
      await fails(rig, id!, 'no_source');
      await daysAgo(rig, 2);
      expect(await run(rig)).toMatchObject({ queued: 1 });
    }
    await fails(rig, id!, 'no_source');
    await daysAgo(rig, 2);
    expect(await run(rig)).toMatchObject({ queued: 0 });
  });

  it('goes on with the next series when one was removed meanwhile, and says when the queue is away', async () => {
    await using rig = await startRig();
    await rig.addSample('paper-boat-post');
    await rig.addSample('moonlit-noodle-observatory');
    await want(rig, 'Paper Boat Post', 'high');
    await want(rig, 'Moonlit Noodle Observatory');
    const refusing = {
      ...rig.bus,
      call: (async (op, input, options) => {
        // As if it were removed between the choice and the call.
        const removed = (input as { series_id: string }).series_id === (await seriesId(rig, 'Paper Boat Post'));
        const asked = removed ? { ...(input as object), series_id: '00000000-0000-4000-8000-000000000000' } : input;
        return rig.bus.call(op, asked as never, options);
      }) as typeof rig.bus.call,
    };
    expect(await autoDownload({ db: rig.db, bus: refusing, log: silent }, AbortSignal.timeout(10_000))).toEqual({
      ...{ queued: 6, series: 1 },
    });
    const away = { ...rig.bus, call: () => Promise.reject(fail('UNAVAILABLE')) };
    await expect(
      autoDownload({ db: rig.db, bus: away, log: silent }, AbortSignal.timeout(10_000)),
    ).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });

  it('takes a new series in at once when the configuration says so, after its files were looked for', async () => {
    await using rig = await startRig();
    const library = { folders: [rig.folder], auto_download: true };
    await rig.bus.call(config.update, { config: { library } });
    await rig.write('Paper Boat Post (2021)/Season 01/Paper Boat Post - S01E02.mkv');
    const { auto_download } = await rig.addSample();
    expect(auto_download).toBe(true);
    await expect.poll(() => rig.queued.length, { timeout: 10_000 }).toBe(7);
    expect(rig.queued.some((item) => item.season === 1 && item.episode === 2)).toBe(false);
  });
});

const run = ({ db, bus }: Rig) => autoDownload({ db, bus, log: silent }, AbortSignal.timeout(10_000));

async function want(rig: Rig, title: string, priority = 'normal') {
  await rig.db.updateTable('series').set({ auto_download: true, priority }).where('title', '=', title).execute();
}

async function seriesId(rig: Rig, title: string) {
  return (await rig.db.selectFrom('series').select('id').where('title', '=', title).executeTakeFirstOrThrow()).id;
}

/** What waits, if anything does, fails for good; or something fails that was never seen waiting. */
async function fails(rig: Rig, episode_id: string, error_cause: 'http_5xx' | 'no_source') {
  const waiting = rig.queued.splice(0).find((item) => item.episode_id === episode_id);
  const item = waiting ?? queueItem({ episode_id });
  await storeQueued(rig.db, [{ ...item, state: 'failed', error_cause, version: item.version + 1 }]);
}

const daysAgo = (rig: Rig, days: number) =>
  sql`update queued_episode set changed_at = changed_at - make_interval(days => ${days})`.execute(rig.db);
