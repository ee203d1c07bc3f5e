import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { TestSystem } from '../flows/system.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
/** Root can't use Chromium's sandbox; the rest keeps it from looking for the internet. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real Chromium: the one on the PATH, else the one from npm that brings what it needs. */
export async function launchBrowser(): Promise<Browser> {
  const found = await onPath();
  if (found) return chromium.launch({ executablePath: found, args: ARGUMENTS });
  const { default: bundled } = await import('@sparticuz/chromium');
  return chromium.launch({ executablePath: await bundled.executablePath(), args: [...bundled.args, ...ARGUMENTS] });
}

async function onPath(): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name);
      const usable = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (usable) return path;
    }
  }
  return undefined;
}

/** A page of a system that was set up, logged in, and what the browser complains about on it from then on. */
export async function openPage(browser: Browser, { system, token }: TestSystem, options: BrowserContextOptions = {}) {
  // axe would measure the colours of what is still fading in.
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const heard = complaints(page);
  await page.goto(`${system.url}/login`);
  await page.evaluate(`localStorage.setItem('aniworld.token', ${JSON.stringify(token())})`);
  return { page, heard };
}

/** Everything that the browser complained about on a page. */
export function complaints(page: Page): string[] {
  const list: string[] = [];
  page.on('console', (message) => message.type() === 'error' && list.push(message.text()));
  page.on('pageerror', (error) => list.push(String(error)));
  return list;
}

/** Accessibility violations, one line each. */
export async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

/** How far the page can be scrolled sideways; 0 on a page that fits. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
