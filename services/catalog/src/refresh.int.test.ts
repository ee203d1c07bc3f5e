import { AppConfig, anime, fail } from '@aniworld/contracts';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { silent } from './library.fixture.ts';
import { refreshDue } from './refresh.ts';
import { type Rig, startRig } from './rig.fixture.ts';

describe('refreshing what is due', () => {
  it('asks for monitored series that have not ended, those first that have waited longest, once', async () => {
    await using rig = await startRig();
    await insert(rig, [
      { title: 'Newer', hours: 13 },
      { title: 'Older', hours: 50 },
      { title: 'Just now', hours: 1 },
      { title: 'Ended', hours: 50, status: 'ended' },
      { title: 'Unwanted', hours: 50, monitor: 'none' },
    ]);
    const asked = await refreshAll(rig);
    expect(asked).toEqual({ titles: ['Older', 'Newer'], refreshed: 2, failed: 0 });
    expect((await refreshAll(rig)).titles).toEqual([]);
  });

  it('goes on after a failure, and leaves what failed alone for an hour', async () => {
    await using rig = await startRig();
    await insert(rig, [
      { title: 'Broken', hours: 50 },
      { title: 'Sound', hours: 20 },
    ]);
    expect(await refreshAll(rig, 'Broken')).toEqual({ titles: ['Broken', 'Sound'], refreshed: 1, failed: 1 });
    expect((await refreshAll(rig)).titles).toEqual([]);
    await sql`update series set refresh_tried_at = refresh_tried_at - interval '2 hours'`.execute(rig.db);
    expect((await refreshAll(rig)).titles).toEqual(['Broken']);
  });

  it('notes in the series when its provider was asked', async () => {
    await using rig = await startRig();
    const { id } = await rig.addSample();
    await rig.bus.call(anime.refresh, { id });
    const row = await rig.db.selectFrom('series').select(['refreshed_at']).where('id', '=', id).executeTakeFirst();
    expect(Date.parse(row?.refreshed_at ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });
});

/** Refreshes with a library that only notes what it is asked for, and stores that as a provider's answer would. */
async function refreshAll(rig: Rig, broken?: string) {
  const titles: string[] = [];
  const library = {
    async renew(id: string) {
      const found = rig.db.selectFrom('series').select('title').where('id', '=', id);
      const { title } = await found.executeTakeFirstOrThrow();
      titles.push(title);
      if (title === broken) throw fail('PROVIDER_FAILED');
      await sql`update series set refreshed_at = now() where id = ${id}`.execute(rig.db);
      return {} as never;
    },
  };
  const configuration = { current: async () => ({ version: 1, config: AppConfig.parse({}), overridden: [] }) };
  const done = await refreshDue({ db: rig.db, log: silent, configuration, library }, AbortSignal.timeout(10_000));
  return { titles, ...done };
}

async function insert(rig: Rig, series: { title: string; hours: number; status?: string; monitor?: string }[]) {
  for (const { title, hours, status = 'continuing', monitor = 'all' } of series)
    await sql`
      insert into series (title, sort_title, search_text, provider, provider_ref, folder, status, monitor, added_at)
      values (${title}, ${title}, '', 'sample', ${title}, '/library', ${status}, ${monitor},
        now() - make_interval(hours => ${hours}))`.execute(rig.db);
}
