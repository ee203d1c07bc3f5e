import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startSystem, type TestSystem } from '../flows/system.ts';
import { launchBrowser, openPage, overhang, violations } from './browser.ts';

const PHONE = { width: 390, height: 844 };

test('what is wanted of a series is chosen on its page, and of many in the library', async () => {
  await using system = await startSystem({ shelfBytesPerSecond: 0 });
  await system.setUp();
  await system.client.config.patch({ config: { library: { recycle: true } } });
  const boat = await add(system, 'paper boat');
  const noodle = await add(system, 'moonlit noodle');
  const path = await fetchFirst(system, boat);
  await using browser = await launchBrowser();
  const { page, heard } = await openPage(browser, system);
  const { url } = system.system;

  await page.goto(`${url}/anime/${boat}`);
  await chooseEpisodes(page, system, boat);
  await fileAway(page, system, boat);
  await lookIntoFile(page, path);
  await page.goto(`${url}/`);
  await changeMany(page, system, [boat, noodle]);
  await removeWithFiles(page, url, boat);
  const kept = join(system.library, '.aniworld/recycle', path.slice(system.library.length));
  expect([await exists(path), await exists(kept)]).toEqual([false, true]);
  expect(heard).toEqual([]);
});

async function add({ client }: TestSystem, q: string): Promise<string> {
  const { results } = await client.search.query({ q });
  const { provider, ref } = results[0]!;
  return (await client.search.add({ provider, ref })).id;
}

/** Downloads the first episode and waits until its file was looked into; gives its path. */
async function fetchFirst({ client }: TestSystem, id: string): Promise<string> {
  const [first] = (await client.anime.episodes({ id })).items;
  await client.queue.add({ series_id: id, episode_ids: [first!.id] });
  const file = async () => (await client.anime.episodes({ id })).items[0]!.file;
  await expect.poll(file, { timeout: 15_000, interval: 200 }).not.toBeNull();
  await client.anime.rescan();
  await expect.poll(async () => (await file())?.media ?? null, { timeout: 15_000, interval: 200 }).not.toBeNull();
  return (await file())!.path;
}

/** Switches one episode, then a season, then all; the page shows each at once and the server has it. */
async function chooseEpisodes(page: Page, { client }: TestSystem, id: string): Promise<void> {
  const monitored = async () => (await client.anime.episodes({ id })).items.filter((one) => one.monitored).length;
  await page.getByRole('switch', { name: 'Monitor S01E02' }).click();
  await page.getByText('3 of 4 monitored').waitFor();
  await expect.poll(monitored).toBe(7);
  await page.getByRole('switch', { name: 'Monitor Season 2' }).click();
  await expect.poll(monitored).toBe(4);
  await page.getByText('4 of 8 episodes are monitored').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByLabel('Monitoring').selectOption('all');
  await expect.poll(monitored).toBe(8);
  await page.getByRole('switch', { name: 'Monitor S01E02', checked: true }).waitFor();
}

async function fileAway(page: Page, { client }: TestSystem, id: string): Promise<void> {
  await page.getByRole('switch', { name: 'Download by itself' }).click({ force: true });
  await page.getByRole('button', { name: 'Priority, tags, folder' }).click();
  await page.getByLabel('Priority', { exact: true }).selectOption('low');
  await page.getByPlaceholder('Add a tag').fill('Cosy');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'cosy' }).waitFor();
  await page.getByRole('button', { name: 'Change ids' }).click();
  await page.getByLabel('Another site').fill('anilist');
  await page.getByLabel('Id there').fill('21');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: 'AniList 21' }).waitFor();
  const series = await client.anime.get({ id });
  expect(series).toMatchObject({ auto_download: true, priority: 'low', tags: ['cosy'], links: { anilist: '21' } });
}

async function lookIntoFile(page: Page, path: string): Promise<void> {
  await page.getByRole('button', { name: 'Details of S01E01' }).click();
  await page.getByText(path).first().waitFor();
  await page.getByText(/640 × 360 · H\.264/).waitFor();
  await page.getByText('Why this file').waitFor();
  await page.setViewportSize(PHONE);
  expect(await overhang(page)).toBeLessThanOrEqual(0);
  expect(await violations(page)).toEqual([]);
}

/** Finds by tag, then changes those found, then one that was chosen. */
async function changeMany(page: Page, { client }: TestSystem, [boat, noodle]: string[]): Promise<void> {
  const monitors = async () =>
    Promise.all([boat, noodle].map(async (id) => (await client.anime.get({ id: id! })).monitor));
  await page.getByRole('button', { name: 'Filters' }).click();
  await page.getByRole('combobox', { name: 'Tag' }).fill('cosy');
  await page.getByRole('link', { name: /Moonlit Noodle/ }).waitFor({ state: 'detached' });
  expect(new URL(page.url()).search).toBe('?tag=cosy');
  await page.getByText('1 series', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Select', exact: true }).click();
  await page.getByRole('button', { name: 'Select all 1' }).click();
  await page.getByText('All 1 that match').waitFor();
  expect(await overhang(page)).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: 'Monitoring' }).click();
  await page.getByRole('menuitem', { name: 'Nothing' }).click();
  await page.getByRole('button', { name: 'Change all' }).click();
  await expect.poll(monitors).toEqual(['none', 'all']);
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await page.getByRole('checkbox', { name: /Moonlit Noodle/ }).click();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Tags' }).click();
  await page.getByRole('dialog').getByRole('combobox', { name: 'Tag' }).fill('Supper');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await client.anime.get({ id: noodle! })).tags).toEqual(['supper']);
}

async function removeWithFiles(page: Page, url: string, id: string): Promise<void> {
  await page.goto(`${url}/anime/${id}`);
  await page.getByRole('button', { name: /^More for/ }).click();
  await page.getByRole('menuitem', { name: 'Remove from library' }).click();
  await page.getByRole('checkbox', { name: 'Remove its files too' }).click();
  await page.getByText(/They go to \.aniworld\/recycle/).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Remove with files' }).click();
  await page.getByText(/and its files were removed/).waitFor();
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
