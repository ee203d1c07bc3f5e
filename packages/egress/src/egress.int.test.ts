import { once } from 'node:events';
import { connect, type OnReadOpts, Socket } from 'node:net';
import { makeCertificate } from '@aniworld/testing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { expect, it } from 'vitest';
import { createEgress, type Egress, type EgressOptions } from './egress.ts';
import { startHttpProxy, startOrigin, startSocksProxy } from './egress.fixture.ts';
import { race } from './race.ts';
import { isRefused } from './refusal.ts';
import type { Resolver } from './target.ts';

const never = new AbortController().signal;

const open = (options: Partial<EgressOptions> & { resolve?: Resolver } = {}) =>
  createEgress({ allowPrivate: [], ...options });
const refusal = expect.objectContaining({ code: 'EGRESS_REFUSED' });

/** One request over a connection of the egress' own, its answer to the end of the connection. */
async function ask(egress: Egress, url: string, onread?: OnReadOpts): Promise<string> {
  const socket = await egress.dial(new URL(url), never, onread);
  socket.write('GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n');
  const chunks: Buffer[] = [];
  if (!onread) socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.resume();
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

const get = async (egress: Egress, url: string) =>
  (await request(url, { dispatcher: egress.dispatcher, signal: AbortSignal.timeout(5_000) })).body.text();

it('connects to nothing private, whichever way it is asked', async () => {
  await using origin = await startOrigin();
  await using egress = open();
  for (const host of ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '0']) {
    const url = `http://${host}:${origin.port}/`;
    await expect(egress.dial(new URL(url), never)).rejects.toEqual(refusal);
    await expect(egress.vet(new URL(url))).rejects.toEqual(refusal);
    expect(isRefused(await get(egress, url).catch((error: unknown) => error))).toBe(true);
  }
  expect(origin.asked).toEqual([]);
});

it('connects to what is allowed, and no longer when the settings change', async () => {
  await using origin = await startOrigin();
  await using egress = open({ allowPrivate: [`127.0.0.1:${origin.port}`] });
  const url = `http://${origin.host}/`;
  expect(await ask(egress, url)).toContain('hello');
  expect(await get(egress, url)).toBe('hello');
  expect(egress.configure({ allowPrivate: ['nonsense entry'] })).toEqual(['nonsense entry']);
  expect(isRefused(await get(egress, url).catch((error: unknown) => error))).toBe(true);
  await expect(egress.dial(new URL(url), never)).rejects.toEqual(refusal);
  expect(origin.asked).toHaveLength(2);
});

it('connects to the address that was vetted, though the next look-up gives another', async () => {
  await using good = await startOrigin({ address: '127.0.0.2' });
  await using bad = await startOrigin({ address: '127.0.0.1', port: good.port });
  const answers = [['127.0.0.2'], ['127.0.0.1'], ['127.0.0.2', '127.0.0.1']];
  let looked = 0;
  await using egress = open({ allowPrivate: ['127.0.0.2'], resolve: async () => answers[looked++] ?? [] });
  const url = `http://rebinding.test:${good.port}/`;
  expect(await ask(egress, url)).toContain('hello');
  expect(looked).toBe(1);
  await expect(egress.dial(new URL(url), never)).rejects.toEqual(refusal);
  await expect(egress.dial(new URL(url), never)).rejects.toEqual(refusal);
  expect(looked).toBe(3);
  expect([good.asked.length, bad.asked.length]).toEqual([1, 0]);
});

it('fills the memory of who reads', async () => {
  await using origin = await startOrigin();
  await using egress = open({ allowPrivate: ['127.0.0.1'] });
  const { read, text } = reader();
  await ask(egress, `http://${origin.host}/`, read);
  expect(text()).toContain('hello');
});

it('goes on to the next address at once when one refuses, and soon when one is silent', async () => {
  await using origin = await startOrigin();
  const { port } = origin;
  const silent = new Socket();
  const reached = (addresses: string[], signal = never) =>
    race(addresses, (host) => (host === 'silent' ? silent : connect({ host, port })), signal);
  const begun = performance.now();
  const first = await reached(['127.0.0.9', '127.0.0.1']);
  const second = await reached(['silent', '127.0.0.1']);
  expect(performance.now() - begun).toBeLessThan(1_500);
  expect([first, second].map((socket) => socket.remoteAddress)).toEqual(['127.0.0.1', '127.0.0.1']);
  expect(silent.destroyed).toBe(true);
  for (const socket of [first, second]) socket.destroy();
  await expect(reached(['127.0.0.9', '127.0.0.8'])).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const caller = new AbortController();
  const waiting = race(['silent'], () => new Socket(), caller.signal);
  caller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

it('waits for a resolver no longer than the caller', async () => {
  await using egress = open({ resolve: () => new Promise(() => undefined) });
  const caller = new AbortController();
  const waiting = egress.dial(new URL('http://slow.test/'), caller.signal);
  caller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

it('trusts the authority of its file and checks the name', async () => {
  await using folder = await temporaryFolder();
  const { ca, ...tls } = makeCertificate('shows.test', '127.0.0.1');
  await using origin = await startOrigin({ tls });
  const caFile = join(folder.path, 'ca.pem');
  await writeFile(caFile, `Our authority\n${ca}`);
  const allowPrivate = ['127.0.0.1', '*.test'];
  const resolve = async () => ['127.0.0.1'];
  await using trusting = open({ allowPrivate, caFile, resolve });
  expect(await ask(trusting, `https://shows.test:${origin.port}/`)).toContain('hello');
  expect(await ask(trusting, `https://127.0.0.1:${origin.port}/`)).toContain('hello');
  expect(await get(trusting, `https://shows.test:${origin.port}/`)).toBe('hello');
  const { read, text } = reader();
  await ask(trusting, `https://shows.test:${origin.port}/`, read);
  expect(text()).toContain('hello');
  await expect(ask(trusting, `https://other.test:${origin.port}/`)).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
  await using usual = open({ allowPrivate, resolve });
  await expect(ask(usual, `https://shows.test:${origin.port}/`)).rejects.toMatchObject({
    code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  });
});

it('verifies certificates whatever the environment says', async () => {
  const { ca: _, ...tls } = makeCertificate('127.0.0.1');
  await using origin = await startOrigin({ tls });
  await using egress = open({ allowPrivate: ['127.0.0.1'] });
  const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    await expect(ask(egress, `https://${origin.host}/`)).rejects.toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
  } finally {
    if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
  }
  expect(origin.asked).toEqual([]);
});

it.each([
  ['that is not there', null],
  ['without a certificate', 'no certificate'],
  ['with a broken certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
])('says so when it gets a file of authorities %s', async (_, content) => {
  await using folder = await temporaryFolder();
  const caFile = join(folder.path, 'ca.pem');
  if (content !== null) await writeFile(caFile, content);
  await using egress = open({ allowPrivate: ['127.0.0.1'], caFile });
  await expect(egress.dial(new URL('https://127.0.0.1/'), never)).rejects.toMatchObject({
    code: 'CERT_FILE',
    message: expect.stringContaining(caFile),
  });
});

const proxies = [
  { kind: 'an HTTP proxy', scheme: 'http', start: startHttpProxy },
  { kind: 'a SOCKS5 proxy', scheme: 'socks5', start: startSocksProxy },
  { kind: 'a SOCKS5 proxy that would look up names itself', scheme: 'socks5h', start: startSocksProxy },
];

it.each(proxies)('hands $kind the address that was vetted, never a name', async ({ scheme, start }) => {
  const { ca, ...tls } = makeCertificate('shows.test');
  await using folder = await temporaryFolder();
  const caFile = join(folder.path, 'ca.pem');
  await writeFile(caFile, ca);
  await using plain = await startOrigin();
  await using secure = await startOrigin({ tls });
  await using proxy = await start({ to: plain.host, login: 'me:p@ss' });
  await using secureProxy = await start({ to: secure.host });
  const resolve: Resolver = async (name) => (name === 'shows.test' ? ['8.8.8.8', '8.8.4.4'] : ['10.0.0.1']);
  await using egress = open({ proxy: `${scheme}://me:p%40ss@${proxy.host}`, caFile, resolve });
  expect(await ask(egress, 'http://shows.test/')).toContain('hello');
  expect(await get(egress, 'http://shows.test:8080/')).toBe('hello');
  egress.configure({ allowPrivate: [], proxy: `${scheme}://${secureProxy.host}`, caFile });
  expect(await ask(egress, 'https://shows.test/')).toContain('hello');
  const { read, text } = reader();
  await ask(egress, 'https://shows.test/', read);
  expect(text()).toContain('hello');
  await expect(egress.dial(new URL('http://inside.test/'), never)).rejects.toEqual(refusal);
  expect(proxy.asked).toEqual(['8.8.8.8:80', '8.8.8.8:8080']);
  expect(secureProxy.asked).toEqual(['8.8.8.8:443', '8.8.8.8:443']);
});

it.each(proxies)('reaches what is private and allowed without $kind', async ({ scheme, start }) => {
  await using origin = await startOrigin();
  await using proxy = await start({ to: origin.host });
  await using egress = open({ allowPrivate: [origin.host], proxy: `${scheme}://${proxy.host}` });
  expect(await ask(egress, `http://${origin.host}/`)).toContain('hello');
  expect(proxy.asked).toEqual([]);
});

it.each(proxies)('says what is wrong with $kind', async ({ scheme, start }) => {
  await using origin = await startOrigin();
  await using proxy = await start({ to: origin.host, login: 'me:right' });
  const dial = async (url: string) => {
    await using egress = open({ proxy: url });
    await egress.dial(new URL('http://8.8.8.8/'), never);
  };
  await expect(dial(`${scheme}://me:wrong@${proxy.host}`)).rejects.toMatchObject({
    code: 'ECONNPROXY',
    message: expect.stringContaining('password'),
  });
  await expect(dial(`${scheme}://${proxy.host}`)).rejects.toMatchObject({ code: 'ECONNPROXY' });
  await expect(dial(`${scheme}://127.0.0.9:${proxy.port}`)).rejects.toMatchObject({
    code: 'ECONNPROXY',
    message: `The proxy at 127.0.0.9:${proxy.port} could not be reached.`,
  });
  // What answers is no proxy.
  await expect(dial(`${scheme}://${origin.host}`)).rejects.toMatchObject({ code: 'ECONNPROXY' });
});

it('hands on why a SOCKS5 proxy could not connect', async () => {
  await using proxy = await startSocksProxy({ to: '127.0.0.1:1', v6Reply: 5 });
  await using egress = open({ proxy: `socks5://${proxy.host}` });
  await expect(egress.dial(new URL('http://[2606:4700::1111]/'), never)).rejects.toMatchObject({
    message: expect.stringContaining('refused'),
  });
  expect(proxy.asked).toEqual(['26064700000000000000000000001111:80']);
});

it('asks a proxy that has no IPv6 for the IPv4 address', async () => {
  await using origin = await startOrigin();
  await using proxy = await startSocksProxy({ to: origin.host, v6Reply: 4 });
  const resolve = async () => ['2606:4700::1111', '2606:4700::1001', '8.8.8.8'];
  await using egress = open({ proxy: `socks5://${proxy.host}`, resolve });
  expect(await ask(egress, 'http://shows.test/')).toContain('hello');
  expect(proxy.asked).toEqual(['26064700000000000000000000001111:80', '8.8.8.8:80']);
});

function reader(): { read: OnReadOpts; text: () => string } {
  const buffer = Buffer.alloc(64);
  let text = '';
  const callback = (bytes: number) => {
    text += buffer.toString('latin1', 0, bytes);
    return true;
  };
  return { read: { buffer, callback }, text: () => text };
}

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'aniworld-egress-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
