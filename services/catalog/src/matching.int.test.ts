import { anime } from '@aniworld/contracts';
import { expect, it } from 'vitest';
import { type Rig, startRig } from './rig.fixture.ts';

const patient = { timeout: 10_000 };

it('lists files with what they might be, takes a person’s word for others like them, and takes it back', async () => {
  await using rig = await startRig();
  const { id } = await rig.addSample();
  const path = await rig.write('Papper Boat Post S01E01.mkv');
  await rig.write('Papper Boat Post S01E02.mkv');
  await rig.scan();
  const { items } = await rig.bus.call(anime.unmatched, { kind: 'unmatched' });
  expect(items).toMatchObject([{ path, candidates: [{ series_id: id }] }, {}]);
  const { rule } = await rig.bus.call(anime.match, { file_ids: [items[0]!.id], series_id: id, remember: true });
  await expect.poll(async () => (await rig.bus.call(anime.get, { id })).file_count, patient).toBe(2);
  expect((await rig.bus.call(anime.matchRules, { series_id: id })).items).toEqual([rule]);
  await rig.bus.call(anime.removeMatchRule, { id: rule!.id });
  expect((await rig.bus.call(anime.unmatched, {})).items).toHaveLength(2);
});

it('moves no file when a provider renumbers, tells what was renumbered, and renames by the new numbers', async () => {
  await using rig = await startRig();
  const { id } = await rig.addSample();
  const path = await rig.write('Paper Boat Post S01E02.mkv');
  await rig.scan();
  const before = await held(rig, id);
  // As if the provider had counted otherwise until now.
  await rig.db
    .updateTable('episode')
    .set(({ eb }) => ({ episode: eb('episode', '+', 1) }))
    .where('season', '=', 1)
    .execute();
  await rig.bus.call(anime.refresh, { id });
  await rig.scan();
  expect(await held(rig, id)).toEqual(before);
  const { items } = await rig.bus.call(anime.numbering, { id });
  expect(items).toContainEqual(
    expect.objectContaining({
      episode_id: before[0]!.id,
      old_season: 1,
      old_episode: 3,
      new_season: 1,
      new_episode: 2,
    }),
  );
  const { items: plans } = await rig.bus.call(anime.previewRename, { series_ids: [id] });
  expect(plans).toMatchObject([{ from: path, conflict: null }]);
  const begun = await rig.bus.call(anime.rename, {});
  await expect
    .poll(async () => (await rig.bus.call(anime.renaming, { id: begun.id })).state, patient)
    .toBe('completed');
  expect((await held(rig, id))[0]?.file?.path).toBe(plans[0]?.to);
  expect((await rig.bus.call(anime.renames, {})).items).toMatchObject([{ id: begun.id, files: 1, done: 1 }]);
  expect(await rig.scan()).toMatchObject({ matched: 1, removed: 0 });
});

async function held({ bus }: Rig, id: string) {
  return (await bus.call(anime.episodes, { id, missing: false })).items.filter((episode) => episode.file !== null);
}
