import { connectBus, createLog } from '@aniworld/chassis';
import { anime } from '@aniworld/contracts';
import { createClient } from '@aniworld/sdk';
import type { Standalone } from '@aniworld/standalone';
import { percentile } from '../case.ts';
import type { Filled } from './fill.ts';

/** Milliseconds of each case at the gateway, 95th percentile. */
export type Times = Record<
  'list' | 'first' | 'narrowed' | 'search' | 'missing' | 'unmatched' | 'details' | 'page' | 'switching',
  number
>;

const ROUNDS = 40;
const MOST_BYTES = 1_048_576;

const SORTS = ['title', 'added', 'size', 'missing', 'next_airing'] as const;
/** What many series have, few, one and none; more than one word; only a part of one. */
const TEXTS = ['copper lantern', 'series no. 29999', 'tern gar', 'nowhere at all', 'river', 'PIANO orbit'];

/** Asks the running system over HTTP, one request after the other, as a page and its person do. */
export async function measure(
  system: Standalone,
  { long, longest }: Filled,
  folder: string,
  say: (text: string) => void,
): Promise<Times> {
  const client = createClient({ baseUrl: system.url, token: () => null });
  const config = { library: { folders: [folder], scan_interval_minutes: 0 } };
  const { token } = await client.config.setup({ password: crypto.randomUUID(), config });
  const ask = asker(system.url, token);
  const log = createLog({ service: 'bench', level: 'silent', out: null });
  await using bus = await connectBus({ url: system.natsUrl, prefix: 'aniworld', name: 'bench', log });
  const p95 = async (name: string, request: (round: number) => Promise<unknown>) => {
    await request(0);
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const begun = performance.now();
      await request(round);
      took.push(performance.now() - begun);
    }
    const [median, worst] = [percentile(took, 50), percentile(took, 95)];
    say(`${name}: p50 ${median.toFixed(1)} ms, p95 ${worst.toFixed(1)} ms`);
    return worst;
  };
  const narrowings = [
    'tag=cosy',
    'status=continuing',
    'monitor=none',
    'provider=rss&missing=false',
    'tag=nobody&sort=size',
  ];
  const pages = pager(ask);
  const times = {
    list: await p95('list page', (round) => pages(SORTS[round % SORTS.length]!)),
    first: await p95('first list page, with the total', () => ask('/anime')),
    narrowed: await p95('narrowed list', (round) => ask(`/anime?${narrowings[round % narrowings.length]}`)),
    search: await p95('text search', (round) => ask(`/anime?q=${encodeURIComponent(TEXTS[round % TEXTS.length]!)}`)),
    missing: await p95('missing page', (round) => ask(`/anime?missing=true&sort=${round % 2 ? 'missing' : 'title'}`)),
    unmatched: await p95('page of unmatched files', unmatchedPages(ask)),
    details: await p95('details', () => details(ask, long)),
    page: await p95('page of the longest', () => ask(`/anime/${longest}/episodes`)),
    switching: await p95('switching', (round) =>
      ask(`/anime/${long}/episodes`, { all: true, monitored: round % 2 === 0 }),
    ),
  };
  await p95('the catalog itself: list page', () => bus.call(anime.list, {}));
  await p95('the catalog itself: text search', () => bus.call(anime.list, { q: 'tern gar' }));
  await p95('the catalog itself: unmatched files', () => bus.call(anime.unmatched, {}));
  await p95('the catalog itself: episodes', () => bus.call(anime.episodes, { id: long }));
  await p95('the catalog itself: switching', (round) =>
    bus.call(anime.monitor, { id: long, all: true, monitored: round % 2 === 0 }),
  );
  return times;
}

type Ask = (path: string, body?: object) => Promise<{ next_cursor?: string | null }>;

function asker(url: string, token: string): Ask {
  return async (path, body) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      ...(body && { method: 'PATCH', body: JSON.stringify(body) }),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    if (Buffer.byteLength(text) > MOST_BYTES) throw new Error(`${path}: ${text.length} bytes are more than a message`);
    return JSON.parse(text);
  };
}

/** One page after the other in each order, as somebody scrolls. */
function pager(ask: Ask): (sort: string) => Promise<void> {
  const cursors = new Map<string, string>();
  return async (sort) => {
    const cursor = cursors.get(sort);
    const { next_cursor } = await ask(`/anime?sort=${sort}${cursor ? `&cursor=${cursor}` : ''}`);
    if (next_cursor) cursors.set(sort, next_cursor);
  };
}

/** The same through the files that nothing has. */
function unmatchedPages(ask: Ask): () => Promise<void> {
  let cursor: string | null | undefined;
  return async () => {
    ({ next_cursor: cursor } = await ask(`/anime/unmatched${cursor ? `?cursor=${cursor}` : ''}`));
  };
}

/** All that the page of a series asks for: the series, and its episodes to the last page. */
async function details(ask: Ask, id: string): Promise<void> {
  await Promise.all([ask(`/anime/${id}`), episodes(ask, id)]);
}

async function episodes(ask: Ask, id: string): Promise<void> {
  for (let cursor: string | null | undefined; ; ) {
    ({ next_cursor: cursor } = await ask(`/anime/${id}/episodes${cursor ? `?cursor=${cursor}` : ''}`));
    if (!cursor) return;
  }
}
