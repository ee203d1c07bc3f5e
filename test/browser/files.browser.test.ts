import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startSystem, type TestSystem } from '../flows/system.ts';
import { launchBrowser, openPage, overhang, violations } from './browser.ts';

const PHONE = { width: 390, height: 844 };
const patient = { timeout: 10_000 };

test('files are matched after a look at what would happen, ignored, chosen between, renamed and named back', async () => {
  await using system = await startSystem();
  await system.setUp();
  const { id } = await system.client.search.add({ provider: 'sample', ref: 'paper-boat-post' });
  for (const name of ['Papper Boat S01E01.mkv', 'Papper Boat S01E02.mkv', 'Nobody knows.mkv']) await put(system, name);
  await put(system, 'Paper Boat Post - S01E03 [720p].mkv');
  await put(system, 'Paper Boat Post - S01E03 [1080p].mkv');
  await using browser = await launchBrowser();
  const { page, heard } = await openPage(browser, system);
  const { url } = system.system;

  await page.goto(`${url}/files`);
  await page.getByRole('button', { name: 'Scan folders' }).click();
  await page.getByText(/^Finished/).waitFor();
  await matchByTitle(page);
  await expect.poll(async () => (await system.client.anime.get({ id })).file_count, patient).toBe(3);
  await ignoreAndBack(page);
  await takeTheOther(page, system, id);
  await removeRule(page, system);
  await renameAndBack(page, system, url, id);

  await page.setViewportSize(PHONE);
  for (const tab of ['Unmatched', 'Duplicates', 'Rules', 'Rename']) {
    await page.getByRole('tab', { name: tab }).click();
    await page.getByRole('tabpanel', { name: tab }).waitFor();
    expect(await overhang(page), `${tab} at 390 px`).toBeLessThanOrEqual(0);
  }
  expect(heard).toEqual([]);
});

async function put(system: TestSystem, name: string): Promise<void> {
  const path = join(system.library, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, name);
}

async function matchByTitle(page: Page): Promise<void> {
  await page.getByLabel('Select Papper Boat S01E01.mkv').check();
  await page.getByLabel('Select Papper Boat S01E02.mkv').check();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Match', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Choose a series to see what will happen.').waitFor();
  await page.keyboard.type('paper boat');
  await page.getByRole('option', { name: /Paper Boat Post/ }).click();
  await dialog.getByText('Changed: 2 of 2, still unmatched: 0').waitFor();
  await dialog.getByText(/^S01E02 /).waitFor();
  await dialog.getByLabel('Season').fill('77');
  await dialog.getByText('Changed: 2 of 2, still unmatched: 2').waitFor();
  await dialog.getByLabel('Season').fill('');
  await dialog.getByLabel('Remember this').check();
  await dialog.getByText(/^S01E02 /).waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Match and remember' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('2 files were matched.').waitFor();
  await page.getByText('Papper Boat S01E01.mkv').waitFor({ state: 'detached' });
}

async function ignoreAndBack(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'More for Nobody knows.mkv' }).click();
  await page.getByRole('menuitem', { name: 'Ignore' }).click();
  await page.getByText('Every file is recognised').waitFor();
  await page.getByText('Ignored', { exact: true }).click();
  await page.getByLabel('Select Nobody knows.mkv').check();
  await page.getByRole('button', { name: 'Read the name again' }).click();
  await page.getByText('Nothing is ignored').waitFor();
}

async function takeTheOther(page: Page, system: TestSystem, id: string): Promise<void> {
  await page.getByRole('tab', { name: 'Duplicates' }).click();
  await page.getByText('Because its picture has 1080 lines, not 720.').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: /^Take this one instead/ }).click();
  await page.getByText('Because a person chose it.').waitFor();
  const { items } = await system.client.anime.episodes({ id, season: 1 });
  expect(items[2]?.file?.path).toContain('[720p]');
}

async function removeRule(page: Page, system: TestSystem): Promise<void> {
  await page.getByRole('tab', { name: 'Rules' }).click();
  await page.getByText('papper boat').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Remove the rule: papper boat' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  expect((await system.client.anime.matchRules()).items).toHaveLength(1);
}

async function renameAndBack(page: Page, system: TestSystem, url: string, id: string): Promise<void> {
  const before = await videos(system);
  await page.goto(`${url}/anime/${id}`);
  await page.getByRole('button', { name: 'More for Paper Boat Post' }).click();
  await page.getByRole('menuitem', { name: 'Rename files' }).click();
  await page.getByText('Papper Boat S01E01.mkv').waitFor();
  await page.getByRole('button', { name: 'Rename files' }).click();
  await page.getByText('3 files get the names that the preview shows.').waitFor();
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  await page.getByText('Every file has its name').waitFor(patient);
  expect(await videos(system)).toContainEqual(expect.stringMatching(/Season 01\/Paper Boat Post - S01E01 - .+\.mkv$/));
  await page.getByRole('button', { name: 'Earlier renamings' }).click();
  await page.getByRole('button', { name: /^Undo:/ }).click();
  await page.getByRole('button', { name: 'Give back' }).click();
  await page.getByText('Undone since.').waitFor(patient);
  await expect.poll(() => videos(system), patient).toEqual(before);
  expect(await violations(page)).toEqual([]);
}

async function videos({ library }: TestSystem): Promise<string[]> {
  const names = await readdir(library, { recursive: true });
  return names.filter((name) => name.endsWith('.mkv')).sort();
}
