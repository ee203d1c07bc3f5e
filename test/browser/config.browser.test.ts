import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { startSystem } from '../flows/system.ts';
import { launchBrowser, openPage, violations } from './browser.ts';

test('settings say what the environment decides, have a history, and travel as a file', async () => {
  await using system = await startSystem({ overrides: { ANIWORLD__QUEUE__MAX_CONCURRENT: '7' } });
  await system.setUp();
  const proxy = 'http://me:hunter2@127.0.0.1:3128';
  await system.client.config.patch({ config: { queue: { connections: 6 }, network: { proxy } } });
  await using browser = await launchBrowser();
  const { page, heard } = await openPage(browser, system);
  const { url } = system.system;
  await page.goto(`${url}/config`);

  const atOnce = page.getByLabel('Downloads at once');
  await atOnce.waitFor();
  expect([await atOnce.inputValue(), await atOnce.isDisabled()]).toEqual(['7', true]);
  await page.getByText('Decided by the environment variable ANIWORLD__QUEUE__MAX_CONCURRENT').waitFor();

  await page.getByText('queue.connections: 4 → 6').waitFor();
  expect(await violations(page)).toEqual([]);
  const text = await exported(page);
  expect(text).toContain('http://me:********@');
  expect(text).not.toContain('hunter2');
  await page.getByRole('button', { name: 'Restore version 1' }).click();
  await page.getByText('queue.connections: 6 → 4').waitFor();
  expect((await system.client.config.get()).config.queue.connections).toBe(4);

  const document = JSON.parse(text);
  document.config.queue.connections = 9;
  document.config.queue.colour = 'red';
  await chooseFile(page, JSON.stringify(document));
  await page.getByText(/queue.colour: This is not known/).waitFor();
  await page.getByText('queue.connections: 4 → 9').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByText('Version 4').waitFor();
  expect((await system.client.config.get()).config.queue).toMatchObject({ connections: 9, max_concurrent: 7 });
  expect(heard).toEqual([]);
});

async function exported(page: Page): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export', exact: true }).click(),
  ]);
  return readFile(await file.path(), 'utf8');
}

async function chooseFile(page: Page, text: string): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Import a file' }).click(),
  ]);
  await chooser.setFiles({ name: 'settings.json', mimeType: 'application/json', buffer: Buffer.from(text) });
}
