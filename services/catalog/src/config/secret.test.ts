import { AppConfig } from '@aniworld/contracts';
import { describe, expect, it } from 'vitest';
import { changesBetween } from './change.ts';
import { masked, revealed } from './secret.ts';

const behind = (proxy: string) => AppConfig.parse({ network: { proxy } });
const shown = (proxy: string) => masked(behind(proxy)).network.proxy;

describe('a password in an address', () => {
  it.each([
    ['http://me:hunter2@proxy:3128', 'http://me:********@proxy:3128/'],
    ['socks5://me:hunter2@proxy:1080', 'socks5://me:********@proxy:1080'],
    ['http:me:hunter2@proxy', 'http://me:********@proxy/'],
    ['http://:p%40ss@proxy', 'http://:********@proxy/'],
  ])('is not shown: %s', (proxy, expected) => {
    expect(shown(proxy)).toBe(expected);
  });

  it('leaves an address without one as it is', () => {
    for (const proxy of ['', 'http://proxy:3128', 'socks5://me@proxy:1080']) expect(shown(proxy)).toBe(proxy);
  });

  it('is kept by whoever writes the mark back', () => {
    const known = behind('http://me:hunter2@proxy:3128');
    expect(revealed(masked(known), known)).toEqual({ config: known, lost: [] });
    expect(revealed(behind('http://me:********@proxy:3128'), known).config).toEqual(known);
  });

  it('is not handed to another server, name or way', () => {
    const known = behind('http://me:hunter2@proxy:3128');
    for (const proxy of ['http://me:********@evil:3128', 'http://you:********@proxy:3128', 'https://me:********@proxy'])
      expect(JSON.stringify(revealed(behind(proxy), known))).not.toContain('hunter2');
    expect(revealed(behind('http://me:********@evil:3128'), known)).toMatchObject({
      config: { network: { proxy: 'http://me@evil:3128/' } },
      lost: ['network.proxy'],
    });
  });

  it('is changed without being told from what to what', () => {
    const changes = changesBetween(behind('http://me:hunter2@proxy'), behind('http://me:hunter3@proxy'));
    expect(changes).toEqual([
      { path: 'network.proxy', from: 'http://me:********@proxy/', to: 'http://me:********@proxy/' },
    ]);
  });
});

it('tells changes by setting, lists whole, and long values not at all', () => {
  const before = AppConfig.parse({ library: { folders: ['/a'] } });
  const folders = Array.from({ length: 50 }, (_, n) => `/srv/folder-${n}`);
  const after = AppConfig.parse({ library: { folders }, queue: { max_concurrent: 4 } });
  expect(changesBetween(before, after)).toEqual([
    { path: 'library.folders', from: ['/a'] },
    { path: 'queue.max_concurrent', from: 2, to: 4 },
  ]);
});
