import { createLog } from '@aniworld/chassis';
import { AppConfig } from '@aniworld/contracts';
import { createEgress } from '@aniworld/egress';
import { track } from '@aniworld/testing';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { SeriesFacts } from '../provider.ts';
import { createAnilist } from './anilist.ts';
import { anilistPage, tvmazeSearch, tvmazeShow } from './answers.fixture.ts';
import { createLookup } from './lookup.ts';
import { createTvmaze } from './tvmaze.ts';

const log = createLog({ level: 'silent', service: 'catalog', out: null });
const signal = () => AbortSignal.timeout(10_000);

const episode = (number: number, more: Partial<SeriesFacts['episodes'][number]> = {}) => ({
  ...{ ref: `e${number}`, season: 1, episode: number, absolute: null, numbered: true, title: `Part ${number}` },
  ...{ overview: null, air_date: null, duration: null, ...more },
});
const facts: SeriesFacts = {
  ...{ ref: 'paper', title: 'Paper Boat Post', synonyms: ['Paper Boats by Mail'], year: 2021, overview: null },
  ...{ poster_url: null, episode_count: 3, licence: null, status: 'unknown' },
  episodes: [episode(1), episode(2), episode(3, { air_date: '2021-04-18' })],
};

describe('metadata', () => {
  it('fills in what the provider left open: days, pictures, titles and ids', async () => {
    await using site = await startSites();
    const whole = await site.complete(facts);
    expect(whole.links).toEqual({ tvmaze: '101', tvdb: '4711', imdb: 'tt0000101', anilist: '201', mal: '301' });
    expect(whole.episodes.map((one) => one.air_date)).toEqual(['2021-04-04', '2021-04-11', '2021-04-18']);
    expect(whole.episodes[0]?.still_url).toBe('https://static.example/e1.jpg');
    expect(whole).toMatchObject({ overview: 'Letters cross the harbour.', poster_url: 'https://static.example/o.jpg' });
    expect(whole.synonyms).toEqual(['Paper Boats by Mail', 'Kamibune Yuubin', '紙舟郵便', 'Papierbootpost']);
    expect(whole.status).toBe('ended');
  });

  it('changes nothing that the provider said, nor days of episodes that were only counted here', async () => {
    await using site = await startSites();
    const told: SeriesFacts = {
      ...{ ...facts, overview: 'Own words.', status: 'continuing', links: { tvdb: '9' } },
      episodes: [episode(1, { air_date: '2020-01-01' }), episode(2, { numbered: false })],
    };
    const whole = await site.complete(told);
    expect(whole).toMatchObject({ overview: 'Own words.', status: 'continuing', links: { tvdb: '9' } });
    expect(whole.episodes.map((one) => one.air_date)).toEqual(['2020-01-01', null]);
  });

  it('takes no series that is only alike, of another year, or one of two that fit', async () => {
    await using site = await startSites();
    expect(await site.complete({ ...facts, title: 'Paper Boat', synonyms: [] })).toMatchObject({ synonyms: [] });
    expect((await site.complete({ ...facts, year: 2005 })).links).toBeUndefined();
    const undated = await site.complete({ ...facts, year: null });
    expect(undated.links).toMatchObject({ anilist: '201' });
    expect(undated.links).not.toHaveProperty('tvmaze');
  });

  it('asks by the id that is known, and not at all when nothing is open', async () => {
    await using site = await startSites();
    await site.complete({ ...facts, title: 'Another name' }, { tvmaze: '101', anilist: '201' });
    expect(site.asked).toEqual(['GET /tvmaze/shows/101?embed=episodes', 'POST /anilist {"id":201}']);
    const dated = { ...facts, episodes: [episode(1, { air_date: '2021-04-04' })] };
    await site.complete(dated, { tvmaze: '101', anilist: '201' });
    expect(site.asked).toHaveLength(2);
  });

  it('never fails: a site that is broken or away is passed over', async () => {
    await using site = await startSites({ broken: true });
    expect(await site.complete(facts)).toEqual(facts);
    expect(site.asked).toHaveLength(2);
  });

  it('asks nobody until somebody switches it on', async () => {
    await using site = await startSites({ config: {} });
    expect(await site.complete(facts)).toEqual(facts);
    expect(site.asked).toEqual([]);
  });
});

const on = { metadata: { anilist: { enabled: true }, tvmaze: { enabled: true } } };

/** Both sites on one server, and a lookup that asks them without pauses. */
async function startSites({ config = on, broken = false }: { config?: object; broken?: boolean } = {}) {
  await using stack = new AsyncDisposableStack();
  const asked: string[] = [];
  const server = createServer((request, response) => void answer(request, response, asked, broken));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const egress = stack.use(createEgress({ allowPrivate: ['127.0.0.0/8'] }));
  const made = [createTvmaze(egress, `${home}tvmaze/`), createAnilist(egress, `${home}anilist`)];
  const deps = { config: async () => AppConfig.parse(config), log, egress };
  const owned = stack.move();
  return track('metadata sites', {
    asked,
    // A lookup of its own for each: the pauses between two are not what is tested here.
    complete: (series: SeriesFacts, links = {}) => createLookup(deps, made).complete(series, links, signal()),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, asked: string[], broken: boolean) {
  const url = request.url ?? '';
  const body = request.method === 'POST' ? await bodyOf(request) : undefined;
  asked.push(`${request.method} ${url}${body ? ` ${JSON.stringify(body.variables)}` : ''}`);
  if (broken) return response.writeHead(url.startsWith('/anilist') ? 503 : 200).end('<html>');
  const found = url.startsWith('/anilist') ? anilistPage : url.includes('/search/') ? tvmazeSearch : tvmazeShow;
  const one = body && 'id' in body.variables ? onlyFirst() : found;
  response.setHeader('content-type', 'application/json').end(JSON.stringify(one));
}

const onlyFirst = () => ({ data: { Page: { media: anilistPage.data.Page.media.slice(0, 1) } } });

async function bodyOf(request: IncomingMessage): Promise<{ variables: object }> {
  return JSON.parse(await text(request));
}
