import { writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startSystem } from '../flows/system.ts';
import { complaints, launchBrowser, overhang, violations } from './browser.ts';

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

test('a stranger sets up, logs in, searches, adds, queues and watches episodes arrive', async () => {
  await using system = await startSystem({ shelfBytesPerSecond: 60_000 });
  await using browser = await launchBrowser();
  const context = await browser.newContext({ reducedMotion: 'reduce', viewport: DESKTOP });
  const page = await context.newPage();
  const heard = complaints(page);
  const { url } = system.system;

  await page.goto(url);
  await page.waitForURL('**/setup');
  await page.getByLabel('Master password', { exact: true }).fill('a long password');
  await page.getByLabel('Master password again').fill('a long password');
  await page.getByLabel('Library folder').fill(system.library);
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Start' }).click();
  await page.waitForURL(`${url}/`);

  await logOutAndIn(page, url);
  await searchAndAdd(page, url);
  await page.goto(`${url}/`);
  expect(await violations(page)).toEqual([]);
  await page
    .getByRole('link', { name: /Paper Boat Post/ })
    .first()
    .click();
  await page.getByRole('button', { name: /Download all 8 missing/ }).click();
  expect(await violations(page)).toEqual([]);
  await page.goto(`${url}/queue`);
  await watchProgress(page);
  expect(await violations(page)).toEqual([]);
  await keepPicture(page);

  await page.setViewportSize(PHONE);
  for (const path of ['/queue', '/', '/search', '/config', '/system']) {
    await page.goto(`${url}${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await overhang(page), `${path} at 390 px`).toBeLessThanOrEqual(0);
  }
  await page.goto(`${url}/queue`);
  await page.getByText('Finished (8)').waitFor({ timeout: 60_000 });
  expect(heard.filter((line) => !line.includes('401'))).toEqual([]);
});

async function logOutAndIn(page: Page, url: string): Promise<void> {
  await page.evaluate('localStorage.clear()');
  await page.goto(`${url}/queue`);
  await page.waitForURL('**/login**');
  expect(await violations(page)).toEqual([]);
  await page.getByLabel('Master password', { exact: true }).fill('wrong password');
  await page.getByRole('button', { name: /log in/i }).click();
  await page.getByText(/password is wrong/i).waitFor();
  await page.getByLabel('Master password', { exact: true }).fill('a long password');
  await page.getByRole('button', { name: /log in/i }).click();
  await page.waitForURL('**/queue');
}

async function searchAndAdd(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/search`);
  await page.getByRole('searchbox').or(page.getByRole('textbox')).first().fill('paper boat');
  await page.keyboard.press('Enter');
  await page
    .getByRole('button', { name: /Add.* to library/i })
    .first()
    .click();
  await page
    .getByText(/in (the )?library/i)
    .first()
    .waitFor();
}

/** The bar's figure grows while nobody touches the page. */
async function watchProgress(page: Page): Promise<void> {
  const bar = page.getByRole('progressbar').first();
  await bar.waitFor();
  const value = async () => Number(await bar.getAttribute('aria-valuenow'));
  const before = await value();
  await expect.poll(value, { timeout: 15_000, interval: 100 }).toBeGreaterThan(before);
}

/** The picture of the README, when asked for: ANIWORLD_PICTURES=1 npm test -- --project browser */
async function keepPicture(page: Page): Promise<void> {
  if (!process.env.ANIWORLD_PICTURES) return;
  await writeFile(new URL('../../docs/images/queue.png', import.meta.url), await page.screenshot());
}
