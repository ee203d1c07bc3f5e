import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { isPublic, readAddress } from './address.ts';

const check = (text: string) => {
  const address = readAddress(text);
  return address && isPublic(address);
};

test.each([
  ['loopback', '127.0.0.1', '127.255.255.254', '::1'],
  ['this host', '0.0.0.0', '0.1.2.3', '::'],
  ['private networks', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1'],
  ['unique local', 'fc00::1', 'fdff:ffff::1'],
  ['link-local, clouds’ metadata too', '169.254.169.254', 'fe80::1', 'febf::1', 'fd00:ec2::254'],
  ['site-local', 'fec0::1'],
  ['carrier-grade NAT', '100.64.0.1', '100.127.255.255'],
  ['multicast', '224.0.0.1', '239.255.255.255', 'ff02::1'],
  ['broadcast and reserved', '255.255.255.255', '240.0.0.1'],
  ['benchmarks', '198.18.0.1', '198.19.255.255', '2001:2::1'],
  ['documentation', '192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  ['protocols', '192.0.0.1', '192.0.0.170', '192.88.99.1', '100::1', '5f00::1', '2001:10::1', '2001:20::1'],
  ['IPv4-mapped', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe'],
  ['IPv4-compatible', '::127.0.0.1', '::10.0.0.1', '::8.8.8.8'],
  ['IPv4-translated', '::ffff:0:127.0.0.1', '::ffff:0:8.8.8.8'],
  ['NAT64', '64:ff9b::127.0.0.1', '64:ff9b::a00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::8.8.8.8'],
  ['6to4', '2002:7f00:1::', '2002:a00:1::1', '2002:808:808::1'],
  ['Teredo', '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
])('%s is not public: %s', (_, ...addresses) => {
  for (const address of addresses) expect([address, check(address)]).toEqual([address, false]);
});

test.each([
  '8.8.8.8',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '169.253.255.255',
  '192.167.255.255',
  '223.255.255.255',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
  '2606:4700::1111',
  '2a00:1450:4001::200e',
])('%s is public', (address) => expect(check(address)).toBe(true));

test.each([
  '0177.0.0.1',
  '0x7f.0.0.1',
  '127.1',
  '2130706433',
  '127.0.0.1.',
  '１２７.0.0.1',
  'fe80::1%lo',
  '::1]:80/[',
  '::1/64',
  '[::1]',
  '',
  'localhost',
])('%j is no address: a resolver never writes one like this', (text) => expect(readAddress(text)).toBeNull());

it('says of each IPv4 address what it says of it within IPv6', () => {
  fc.assert(
    fc.property(fc.ipV4(), (text) => {
      expect(check(`::ffff:${text}`)).toBe(check(text));
      expect(check(`64:ff9b::${text}`)).toBe(check(text));
      expect(check(`::${text}`)).toBe(false);
    }),
  );
});
