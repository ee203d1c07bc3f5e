import { readFile } from 'node:fs/promises';
import { type Locator, type Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startSystem, type TestSystem } from '../flows/system.ts';
import { launchBrowser, openPage, overhang, violations } from './browser.ts';

test('tasks are run and scheduled, and backups made, fetched and deleted, from the system page', async () => {
  await using system = await startSystem();
  await system.setUp();
  await using browser = await launchBrowser();
  const { page, heard } = await openPage(browser, system, { viewport: { width: 1440, height: 900 } });
  const { url } = system.system;
  await page.goto(`${url}/system`);

  const cleanup = taskOf(page, 'Clean-up');
  await cleanup.getByText('Not run yet').waitFor();
  await cleanup.getByRole('button', { name: 'Run now: Clean-up' }).click();
  await cleanup.getByText(/0 recycled files .* were removed/).waitFor();
  await cleanup.getByText('Done').waitFor();
  expect(await violations(page)).toEqual([]);

  await makeFetchAndDelete(page, system);
  await changeSchedule(page);
  await page.getByRole('link', { name: 'System' }).click();
  await taskOf(page, 'Backup').getByText('Every 6 hours').waitFor();
  // A task that somebody else starts shows here without a touch.
  await system.client.tasks.run({ name: 'backup' });
  await taskOf(page, 'Backup')
    .getByText(/was written/)
    .waitFor();
  await page.getByRole('button', { name: /Delete the backup of/ }).waitFor();

  await page.setViewportSize({ width: 390, height: 844 });
  expect(await overhang(page)).toBeLessThanOrEqual(0);
  expect(await violations(page)).toEqual([]);
  expect(heard).toEqual([]);
});

const taskOf = (page: Page, name: string): Locator =>
  page.getByRole('listitem').filter({ has: page.getByRole('button', { name: `Run now: ${name}` }) });

async function makeFetchAndDelete(page: Page, system: TestSystem): Promise<void> {
  await page.getByText('No backup yet.').waitFor();
  await page.getByRole('button', { name: 'Back up now' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /Download the backup of/ }).click(),
  ]);
  const [backup] = (await system.client.backups.list()).items;
  expect(file.suggestedFilename()).toBe(backup?.name);
  const content = await readFile(await file.path());
  expect([content.length, content.subarray(0, 2).toString()]).toEqual([backup?.size, 'PK']);

  await page.getByRole('button', { name: /Delete the backup of/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(backup!.name).waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('No backup yet.').waitFor();
  expect((await system.client.backups.list()).items).toEqual([]);
}

async function changeSchedule(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Change the schedule: Backup' }).click();
  const field = page.locator('[data-path="tasks.backup.schedule"]:focus');
  await field.waitFor();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('0 25 * * *');
  await page.getByText(/Five fields of cron: .*25/).waitFor();
  await field.fill('6 hours');
  await page.getByText(/Give an interval such as 30m/).waitFor();
  await field.fill('6h');
  await page.getByText('Every 6 hours').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved. Every service uses it from now on.').waitFor();
}
