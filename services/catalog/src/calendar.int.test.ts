import { anime } from '@aniworld/contracts';
import { describe, expect, it } from 'vitest';
import { datedEpisodes, startRig } from './rig.fixture.ts';

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe('the calendar', () => {
  it('shows monitored episodes of the last week and the next month by the day on which they air', async () => {
    await using rig = await startRig();
    const [late, soon, , unmonitored] = await datedEpisodes(rig, [day(20), day(-6), day(60), day(1), day(-9), null]);
    await rig.db.updateTable('episode').set({ monitored: false }).where('id', '=', unmonitored!).execute();
    const { items } = await rig.bus.call(anime.calendar, {});
    expect(items.map(({ episode_id, standing, has_file }) => [episode_id, standing, has_file])).toEqual([
      [soon, 'never_queued', false],
      [late, 'not_aired', false],
    ]);
    expect(items[0]).toMatchObject({ series_title: 'Paper Boat Post', air_date: day(-6), monitored: true });
    const all = await rig.bus.call(anime.calendar, { unmonitored: true });
    expect(all.items.map((item) => item.episode_id)).toEqual([soon, unmonitored, late]);
  });

  it('takes any span, page by page', async () => {
    await using rig = await startRig();
    const ids = await datedEpisodes(rig, ['2024-01-03', '2024-01-01', '2024-01-02', '2024-01-02', '2024-02-01']);
    const span = { from: '2024-01-01', to: '2024-01-31' };
    const whole = (await rig.bus.call(anime.calendar, span)).items.map((item) => item.episode_id);
    expect([whole[0], whole[3]]).toEqual([ids[1], ids[0]]);
    const first = await rig.bus.call(anime.calendar, { ...span, limit: 3 });
    const second = await rig.bus.call(anime.calendar, { ...span, limit: 3, cursor: first.next_cursor! });
    expect([...first.items, ...second.items].map((item) => item.episode_id)).toEqual(whole);
    expect(second.next_cursor).toBeNull();
  });
});

describe('the calendar’s address for other programs', () => {
  it('opens with its token alone, until a new one is made or it is closed', async () => {
    await using rig = await startRig();
    await datedEpisodes(rig, [day(2)]);
    const read = (token?: string) => rig.bus.call(anime.calendarFeed, { token });
    const refused = { code: 'UNAUTHENTICATED' };
    await expect(read()).rejects.toMatchObject(refused);
    await expect(read('')).rejects.toMatchObject(refused);
    const first = await rig.bus.call(anime.openCalendarFeed, {});
    expect(first.path).toBe(`/anime/calendar.ics?token=${first.token}`);
    expect((await read(first.token)).text).toContain(`DTSTART;VALUE=DATE:${day(2).replaceAll('-', '')}`);
    const second = await rig.bus.call(anime.openCalendarFeed, {});
    await expect(read(first.token)).rejects.toMatchObject(refused);
    expect((await read(second.token)).text).toContain('BEGIN:VEVENT');
    await rig.bus.call(anime.closeCalendarFeed, {});
    await expect(read(second.token)).rejects.toMatchObject(refused);
  });

  it('keeps no token that could be read from the database', async () => {
    await using rig = await startRig();
    const { token } = await rig.bus.call(anime.openCalendarFeed, {});
    const row = await rig.db.selectFrom('calendar_feed').selectAll().executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain(token);
  });
});
