import { expect, test } from 'vitest';
import { countHosts } from './hosts.ts';

test('a host has room for sixteen connections', () => {
  const hosts = countHosts();
  const open = Array.from({ length: 16 }, () => hosts.enter('a'));
  expect([hosts.hasRoom('a'), hosts.hasRoom('b')]).toEqual([false, true]);
  open[0]![Symbol.dispose]();
  open[0]![Symbol.dispose]();
  expect(hosts.hasRoom('a')).toBe(true);
  hosts.enter('a');
  expect(hosts.hasRoom('a')).toBe(false);
});

test('what a host refused is remembered for ten minutes', () => {
  let now = 0;
  const hosts = countHosts(() => now);
  const open = Array.from({ length: 4 }, () => hosts.enter('a'));
  hosts.refused('a');
  open.pop()![Symbol.dispose]();
  expect(hosts.hasRoom('a')).toBe(false);
  open.pop()![Symbol.dispose]();
  expect(hosts.hasRoom('a')).toBe(true);
  hosts.enter('a');
  now += 600_000;
  expect(hosts.hasRoom('a')).toBe(true);
});
