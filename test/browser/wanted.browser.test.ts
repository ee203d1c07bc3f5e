import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startSystem, type TestSystem } from '../flows/system.ts';
import { launchBrowser, openPage, overhang, violations } from './browser.ts';

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

test('what is missing says why, is queued one by one or all at once, and leaves the list when it is there', async () => {
  await using system = await startSystem();
  await using browser = await launchBrowser();
  const { url } = system.system;
  await stock(system);
  const { page, heard } = await openPage(browser, system, { viewport: DESKTOP, locale: 'en-GB' });

  await page.goto(`${url}/wanted`);
  await page.getByText('It was never queued.').first().waitFor();
  expect(await violations(page)).toEqual([]);
  await narrow(page);
  await queueOneAndLook(page);
  await queueChosen(page);
  await queueTheRest(page, system);

  await page.setViewportSize(PHONE);
  expect(await overhang(page)).toBeLessThanOrEqual(0);
  await system.client.queue.resume();
  await page.getByText('Nothing is missing').waitFor({ timeout: 30_000 });

  await page.goto(`${url}/`);
  await page
    .getByRole('link', { name: /Paper Boat Post/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'What happened' }).click();
  await page.getByText('Added to the library').waitFor();
  await page.getByText('Downloaded', { exact: true }).first().waitFor();
  expect(await violations(page)).toEqual([]);
  expect(heard).toEqual([]);
});

test('the calendar shows a month or a list, opens an episode, and has an address that can be revoked', async () => {
  await using system = await startSystem();
  await using browser = await launchBrowser();
  const { url } = system.system;
  await stock(system);
  const { page, heard } = await openPage(browser, system, { viewport: DESKTOP, locale: 'en-GB' });

  await page.goto(`${url}/calendar?month=2021-04`);
  const first = page.getByRole('button', { name: 'Paper Boat Post, S01E01, The First Fold, Missing' });
  await first.click();
  await page.getByRole('dialog').getByText('It was never queued.').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Queue' }).click();
  await page.getByRole('dialog').getByText('It waits in the queue.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Paper Boat Post, S01E01, The First Fold, Queued' }).waitFor();
  expect(await violations(page)).toEqual([]);

  await page.getByText('Agenda', { exact: true }).click();
  await page.getByText('Upstream, Mostly').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize(PHONE);
  expect(await overhang(page)).toBeLessThanOrEqual(0);
  await page.getByText('Month', { exact: true }).click();
  await page.getByRole('button', { name: '11 April: 1 episode' }).click();
  await page.getByText('Upstream, Mostly').waitFor();
  expect(await overhang(page)).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: 'Today' }).click();
  await expect.poll(() => page.locator('td[aria-current="date"]').count()).toBe(1);

  await subscribe(page);
  expect(heard).toEqual([]);
});

/** Two series of the shelf, of which nothing is there; the queue is paused. */
async function stock(system: TestSystem): Promise<void> {
  await system.setUp();
  await system.client.config.patch({ config: { queue: { max_concurrent: 8, host_max_concurrent: 8 } } });
  await system.client.queue.pause();
  for (const ref of ['paper-boat-post', 'moonlit-noodle-observatory']) {
    await system.client.search.add({ provider: 'sample', ref });
  }
}

async function narrow(page: Page): Promise<void> {
  await page.getByLabel('Why it is missing').selectOption('Download failed');
  await page.getByText('Nothing missing fits the filters').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('combobox', { name: 'Of series' }).fill('noodle');
  await page.getByRole('option', { name: /Moonlit Noodle/ }).click();
  await page.getByRole('button', { name: 'Queue all 6' }).waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('button', { name: 'Queue all 14' }).waitFor();
}

async function queueOneAndLook(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Queue Paper Boat Post, The First Fold' }).click();
  await page.getByText('It waits in the queue.').waitFor();
  await page.getByRole('button', { name: 'What happened to Paper Boat Post, The First Fold' }).click();
  await page.getByText('Queued with priority “Normal”').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

async function queueChosen(page: Page): Promise<void> {
  const boxes = page.getByRole('checkbox', { name: /Moonlit/ });
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.getByText('2 selected').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.locator('[data-floating-bar]').getByRole('button', { name: 'Queue' }).click();
  await page.getByText('2 episodes were added to the queue.').waitFor();
}

async function queueTheRest(page: Page, system: TestSystem): Promise<void> {
  await page.getByRole('button', { name: 'Queue all 11' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('11 episodes of 2 series will be queued.').waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Queue', exact: true }).click();
  await page.getByText('11 episodes were added to the queue.').waitFor();
  expect((await system.client.queue.status()).counts.pending).toBe(14);
}

async function subscribe(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Subscribe' }).click();
  await page.getByRole('button', { name: 'Create an address' }).click();
  const address = await page.getByLabel('Address of the calendar').inputValue();
  expect(await violations(page)).toEqual([]);
  expect(await (await fetch(address)).text()).toMatch(/^BEGIN:VCALENDAR/);
  await page.getByRole('button', { name: 'Revoke the address' }).click();
  await page.getByText('The address is refused from now on.').waitFor();
  expect((await fetch(address)).status).toBe(401);
}
