import { expect, it, test } from 'vitest';
import { readAllowList } from './allow-list.ts';
import { isRefused, RefusedError } from './refusal.ts';
import { targetOf, vetTarget } from './target.ts';

const nobody = () => Promise.reject(Object.assign(new Error('not looked up'), { code: 'ENOTFOUND' }));

function vet(url: string, answers: string[] | null = null, allowed: string[] = []) {
  const resolve = answers ? () => Promise.resolve(answers) : nobody;
  return vetTarget(targetOf(new URL(url)), readAllowList(allowed).list, resolve);
}

test.each([
  ['decimal', 'http://2130706433/'],
  ['octal', 'http://0177.0.0.1/'],
  ['hexadecimal', 'http://0x7f000001/'],
  ['mixed', 'http://0x7f.0.0.01/'],
  ['short', 'http://127.1/'],
  ['zero', 'http://0/'],
  ['full-width digits', 'http://１２７.０.０.１/'],
  ['full-width dots', 'http://127。0。0。1/'],
  ['circled digits', 'http://①②⑦.0.0.1/'],
  ['percent-encoded', 'http://%31%32%37.0.0.1/'],
  ['a dot at the end', 'http://127.0.0.1./'],
  ['a name before an @', 'http://example.org@127.0.0.1/'],
  ['a password that looks like a host', 'http://example.org:80@127.0.0.1/'],
  ['a backslash', 'http://127.0.0.1\\@example.org/'],
  ['a fragment', 'http://127.0.0.1#@example.org/'],
  ['a port', 'https://127.0.0.1:8443/'],
  ['IPv6', 'http://[::1]/'],
  ['long IPv6', 'http://[0:0:0:0:0:0:0:1]/'],
  ['IPv4-mapped', 'http://[::ffff:127.0.0.1]/'],
  ['NAT64', 'http://[64:ff9b::7f00:1]/'],
  ['6to4', 'http://[2002:7f00:1::]/'],
  ['Teredo', 'http://[2001:0:7f00:1::]/'],
  ['metadata', 'http://169.254.169.254/latest/meta-data/'],
  ['metadata as a number', 'http://2852039166/'],
])('refuses a private address written as %s', async (_, url) => {
  await expect(vet(url)).rejects.toThrow(RefusedError);
});

test.each([
  ['one address', ['10.0.0.1']],
  ['a public and a private one', ['8.8.8.8', '10.0.0.1']],
  ['IPv6 and a private IPv4', ['2606:4700::1111', '127.0.0.1']],
  ['something that is no address', ['8.8.8.8', '127.1']],
  ['an address of this network’s scope', ['fe80::1%eth0']],
])('refuses a name with %s', async (_, addresses) => {
  await expect(vet('http://shows.test/', addresses)).rejects.toThrow(RefusedError);
});

it('takes a name whose addresses are all public, once each and in their order', async () => {
  expect(await vet('https://Shows.Test./', ['2606:4700::1111', '8.8.8.8', '8.8.8.8'])).toEqual({
    host: 'shows.test',
    port: 443,
    secure: true,
    addresses: ['2606:4700::1111', '8.8.8.8'],
    private: false,
  });
});

it('takes what the list allows and says that it is private', async () => {
  const allowed = ['nas.lan:8080', '[::1]:80'];
  expect(await vet('http://nas.lan:8080/', ['192.168.1.5', '8.8.8.8'], allowed)).toMatchObject({ private: true });
  expect(await vet('http://[::1]/', null, allowed)).toMatchObject({ host: '::1', addresses: ['::1'] });
  await expect(vet('http://nas.lan/', ['192.168.1.5'], allowed)).rejects.toThrow('nas.lan leads to 192.168.1.5');
});

it('says what to allow', async () => {
  await expect(vet('http://[fd00::1]:8080/')).rejects.toThrow('add [fd00::1]:8080 to network.allow_private');
  await expect(vet('http://nas.lan/', ['10.0.0.1'])).rejects.toThrow('add nas.lan:80 to network.allow_private');
});

it('refuses other schemes, and has the resolver’s error for a name without addresses', async () => {
  for (const url of ['ftp://example.org/', 'file:///etc/passwd', 'gopher://example.org/']) {
    expect(() => targetOf(new URL(url))).toThrow(RefusedError);
  }
  await expect(vet('http://shows.test/')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(vet('http://shows.test/', [])).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

it('knows a refusal through the errors around it', () => {
  const refused = new RefusedError('no');
  expect(isRefused(new Error('fetch failed', { cause: new Error('connect', { cause: refused }) }))).toBe(true);
  expect(isRefused(new Error('fetch failed'))).toBe(false);
  expect(isRefused('no')).toBe(false);
});
