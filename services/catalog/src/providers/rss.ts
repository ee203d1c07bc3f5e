import { type AppConfig, AppError } from '@aniworld/contracts';
import type { Egress } from '@aniworld/egress';
import { createFeedClient } from '../feed/client.ts';
import type { Enclosure, FeedDocument } from '../feed/document.ts';
import { type Feed, foundFeed, seriesOfFeed } from '../feed/series.ts';
import type { FoundSeries, Provider } from '../provider.ts';
import { takeTurns } from '../politeness.ts';
import { rankTitle } from '../title.ts';

/** How old the remembered copy of a feed may be: for a search, and to find an episode's file. */
const SEARCH_AGE_MS = 300_000;
const RESOLVE_AGE_MS = 60_000;
const FEEDS_AT_ONCE = 8;
/** Below the 8 s that the guard gives a search: the feeds that have answered by then still count. */
const SEARCH_MS = 7_000;

/**
 * The feeds of the configuration. Only these are asked, whatever reference comes in: a request can't make the server
 * fetch an address of its own choosing.
 */
export function createRss(
  config: () => Promise<AppConfig>,
  egress: Pick<Egress, 'dispatcher'>,
  now: () => number = Date.now,
): Provider {
  const client = createFeedClient(egress, now);
  const feeds = async () => (await config()).providers.rss.feeds;
  const find = async (url: string) => (await feeds()).find((feed) => feed.url === url);
  return {
    id: 'rss',
    name: 'Feeds',
    licence: null,
    hostOf: (url) => URL.parse(url)?.host ?? '',
    async search(query, signal) {
      const all = await feeds();
      const turns = takeTurns(FEEDS_AT_ONCE);
      const within = AbortSignal.any([signal, AbortSignal.timeout(SEARCH_MS)]);
      const looked = await Promise.allSettled(
        all.map(async (feed) => {
          const end = await turns(within);
          return client
            .read(feed.url, SEARCH_AGE_MS, within)
            .then((document) => foundFeed(feed, document))
            .finally(end);
        }),
      );
      return { found: fitting(query, all, looked), problem: problemOf(looked) };
    },
    async series(ref, signal) {
      const feed = await find(ref);
      return feed ? seriesOfFeed(feed, await client.read(feed.url, 0, signal)) : null;
    },
    async resolve(ref, signal) {
      const feed = await find(ref.series);
      if (!feed) return null;
      const document = await client.read(feed.url, RESOLVE_AGE_MS, signal);
      const item = itemsOf(document).get(ref.episode);
      return item ? sourceOf(item.enclosure) : null;
    },
  };
}

/** Of each document that is in use: a season is asked for item by item. */
const indexes = new WeakMap<FeedDocument, Map<string, FeedDocument['items'][number]>>();

function itemsOf(document: FeedDocument) {
  const known = indexes.get(document);
  if (known) return known;
  // Of several with one id the first counts.
  const index = new Map(document.items.toReversed().map((item) => [item.guid, item]));
  indexes.set(document, index);
  return index;
}

type Looked = PromiseSettledResult<FoundSeries>[];

function fitting(query: string, feeds: readonly Feed[], looked: Looked): FoundSeries[] {
  return looked.flatMap((result, index) => {
    if (result.status === 'rejected') return [];
    const { value } = result;
    const fits = feeds[index]?.url === query || rankTitle(query, [value.title, ...value.synonyms]) !== null;
    return fits ? [value] : [];
  });
}

function problemOf(looked: Looked): string | null {
  const failed = looked.filter((result) => result.status === 'rejected');
  const [first] = failed;
  if (!first) return null;
  const reason = first.reason instanceof AppError ? first.reason.message : 'A feed was not reached in time.';
  return failed.length === 1 ? reason : `${reason} ${failed.length} of ${looked.length} feeds failed.`;
}

const EXTENSIONS: Record<string, string> = {
  'video/x-m4v': 'm4v',
  'video/webm': 'webm',
  'video/quicktime': 'mov',
  'video/x-matroska': 'mkv',
  'video/ogg': 'ogv',
  'video/mpeg': 'mpg',
  'video/x-msvideo': 'avi',
};

/**
 * The length that a feed announces is often wrong or made up, and a file that was fetched whole would be refused for it;
 * a checksum is worth trusting.
 */
function sourceOf({ url, type, sha256 }: Enclosure) {
  const named = /\.(mp4|m4v|mkv|webm|mov|avi|ogv|mpe?g|ts|wmv)$/i.exec(new URL(url).pathname)?.[1]?.toLowerCase();
  const ext = named ?? EXTENSIONS[type ?? ''] ?? 'mp4';
  return { engine: 'http' as const, url, headers: {}, size: null, sha256, ext };
}
