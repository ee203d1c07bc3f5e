import { expect, it, test } from 'vitest';
import { readAddress } from './address.ts';
import { readAllowList } from './allow-list.ts';

function permits(entry: string, host: string, port: number, address = host) {
  const { list, wrong } = readAllowList([entry]);
  expect(wrong).toEqual([]);
  const read = readAddress(address);
  return read !== null && list.permits({ host, port }, read);
}

test.each([
  ['192.168.1.5', '192.168.1.5', 80],
  ['192.168.1.0/24', '192.168.1.77', 8080],
  ['192.168.1.5:8080', '192.168.1.5', 8080],
  ['10.0.0.0/8:443', '10.2.3.4', 443],
  ['::1', '::1', 80],
  ['[::1]', '::1', 80],
  ['[::1]:8080', '::1', 8080],
  ['fd00::/8', 'fd12::1', 80],
  ['[fd00::/8]:80', 'fd12::1', 80],
  ['127.0.0.0/8', '::ffff:127.0.0.1', 80],
  ['::ffff:127.0.0.1', '127.0.0.1', 80],
  ['169.254.169.254', '169.254.169.254', 80],
])('%s permits %s at port %i', (entry, host, port) => expect(permits(entry, host, port)).toBe(true));

test.each([
  ['192.168.1.5', '192.168.1.6', 80],
  ['192.168.1.0/24', '192.168.2.1', 80],
  ['192.168.1.5:8080', '192.168.1.5', 80],
  ['[::1]:8080', '::1', 80],
  ['10.0.0.0/8', '64:ff9b::a00:1', 80],
  ['::/0', '10.0.0.1', 80],
  ['0.0.0.0/0', '::1', 80],
])('%s does not permit %s at port %i', (entry, host, port) => expect(permits(entry, host, port)).toBe(false));

test.each([
  ['nas.local', 'nas.local', true],
  ['NAS.Local.', 'nas.local', true],
  ['nas.local:80', 'nas.local', true],
  ['nas.local:81', 'nas.local', false],
  ['nas.local', 'my-nas.local', false],
  ['nas.local', 'nas.local.evil.test', false],
  ['*.lan', 'nas.lan', true],
  ['*.lan', 'deep.nas.lan', true],
  ['*.lan', 'lan', false],
  ['*.lan', 'evillan', false],
  ['nas1', 'nas1', true],
  ['münchen.lan', 'xn--mnchen-3ya.lan', true],
])('%s for the name %s: %s', (entry, host, expected) => {
  expect(permits(entry, host, 80, '192.168.1.5')).toBe(expected);
});

it('lets no name lead to link-local addresses, where clouds hand out credentials, or to none', () => {
  for (const address of ['169.254.169.254', 'fe80::1', '0.0.0.0', '::', '224.0.0.1', '255.255.255.255']) {
    expect([address, permits('*.lan', 'nas.lan', 80, address)]).toEqual([address, false]);
  }
});

test.each([
  '',
  '*',
  '*.',
  'a b',
  'nas.local:0',
  'nas.local:65536',
  'nas.local:http',
  'http://nas.local',
  '10.0.0.0/33',
  '::/129',
  '10.0.0/8',
  '127.1',
  '0x7f.0.0.1',
  '2130706433',
  '[nas.local]',
  'user@nas.local',
  'nas.*.local',
])('%j is no entry', (entry) => {
  expect(readAllowList([entry, 'nas.local']).wrong).toEqual([entry]);
});
