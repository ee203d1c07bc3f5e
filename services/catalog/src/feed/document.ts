import { parseFeed } from 'feedsmith';
import type { AtomFeed, ItunesNs, MediaNs, RssFeed } from 'feedsmith';

/**
 * What is common to RSS 2.0, podcast feeds, Media RSS and Atom (RFC 4287): a channel with items that carry video files.
 * feedsmith reads no document type and expands no entities of a document's own, so neither external entities nor
 * entity bombs do anything; it refuses more than 100 nested elements.
 */
export interface FeedDocument {
  title: string;
  description: string | null;
  image: string | null;
  /** The licence or copyright line, as it stands in the feed. */
  licence: string | null;
  complete: boolean;
  items: FeedItem[];
}

export interface FeedItem {
  /** RSS `guid`, Atom `id`; else the item's link or the address of its file. */
  guid: string;
  title: string;
  description: string | null;
  /** Milliseconds since 1970. */
  published: number | null;
  season: number | null;
  episode: number | null;
  /** A trailer or bonus stands beside the numbered episodes. */
  extra: boolean;
  duration: number | null;
  image: string | null;
  enclosure: Enclosure;
}

export interface Enclosure {
  url: string;
  type: string | null;
  /** Bytes, as the feed says. */
  length: number | null;
  sha256: string | null;
}

/** More items than this no feed of a series has; a flood is cut off. */
const MOST_ITEMS = 5_000;
/** Characters of a description: enough to read, and a list of them still fits into one message. */
const MOST_TEXT = 600;

/**
 * Reads a feed; items without a video are left out.
 * @param base the address that the document came from, for relative links
 * @throws when the text is neither RSS nor Atom
 */
export function readFeed(text: string, base: string): FeedDocument {
  const parsed = parseFeed(text, { maxItems: MOST_ITEMS });
  if (parsed.format === 'rss') return readRss(parsed.feed, base);
  if (parsed.format === 'atom') return readAtom(parsed.feed, base);
  throw new Error(`a feed in ${parsed.format} is not known here`);
}

function readRss(feed: RssFeed.Feed<string>, base: string): FeedDocument {
  const items = (feed.items ?? []).flatMap((item): FeedItem[] => {
    const attached = (item.enclosures ?? []).map((one) => candidate(one.url, one.type, one.length, base));
    const enclosure = pickVideo([...attached, ...mediaFiles(item.media, base)]);
    if (!enclosure) return [];
    return [
      {
        guid: item.guid?.value || item.link || enclosure.url,
        title: plainText(item.itunes?.title ?? item.title ?? item.media?.title?.value) ?? 'Untitled',
        description: plainText(item.description ?? item.itunes?.summary ?? item.media?.description?.value),
        published: time(item.pubDate),
        ...numbersOf(item.itunes, item.podcast?.season?.number, item.podcast?.episode?.number),
        duration: item.itunes?.duration ?? mediaDuration(item.media),
        image: address(item.itunes?.image ?? item.media?.thumbnails?.[0]?.url, base),
        enclosure,
      },
    ];
  });
  return {
    title: plainText(feed.title ?? feed.itunes?.title) ?? '',
    description: plainText(feed.description ?? feed.itunes?.summary),
    image: address(feed.itunes?.image ?? feed.image?.url ?? feed.media?.thumbnails?.[0]?.url, base),
    licence:
      feed.creativeCommons?.licenses?.[0] ??
      feed.cc?.license ??
      feed.podcast?.license?.display ??
      feed.media?.licenses?.[0]?.name ??
      feed.media?.copyright?.value ??
      feed.copyright ??
      feed.dc?.rights?.[0] ??
      null,
    complete: feed.itunes?.complete === true,
    items,
  };
}

function readAtom(feed: AtomFeed.Feed<string>, base: string): FeedDocument {
  const items = (feed.entries ?? []).flatMap((entry): FeedItem[] => {
    const linked = (entry.links ?? [])
      .filter((link) => link.rel === 'enclosure')
      .map((link) => candidate(link.href, link.type, link.length, base));
    const enclosure = pickVideo([...linked, ...mediaFiles(entry.media, base)]);
    if (!enclosure) return [];
    return [
      {
        guid: entry.id ?? enclosure.url,
        title: plainText(entry.title?.value ?? entry.media?.title?.value) ?? 'Untitled',
        description: plainText(entry.summary?.value ?? entry.media?.description?.value),
        published: time(entry.published ?? entry.updated),
        ...numbersOf(entry.itunes),
        duration: entry.itunes?.duration ?? mediaDuration(entry.media),
        image: address(entry.itunes?.image ?? entry.media?.thumbnails?.[0]?.url, base),
        enclosure,
      },
    ];
  });
  return {
    title: plainText(feed.title?.value) ?? '',
    description: plainText(feed.subtitle?.value),
    image: address(feed.logo ?? feed.icon, base),
    licence: feed.creativeCommons?.licenses?.[0] ?? feed.cc?.license ?? feed.rights?.value ?? null,
    complete: false,
    items,
  };
}

function numbersOf(itunes: ItunesNs.Item | undefined, season?: number, episode?: number) {
  const within = (value: number | undefined, least: number, most: number) =>
    value !== undefined && Number.isInteger(value) && value >= least && value <= most ? value : null;
  return {
    season: within(itunes?.season ?? season, 0, 9_999),
    episode: within(itunes?.episode ?? episode, 1, 99_999),
    extra: itunes?.episodeType === 'trailer' || itunes?.episodeType === 'bonus',
  };
}

function mediaFiles(media: MediaNs.ItemOrFeed | undefined, base: string): (Enclosure | null)[] {
  const contents = [...(media?.contents ?? []), ...(media?.groups ?? []).flatMap((group) => group.contents ?? [])];
  return contents.map((content) => {
    const type = content.type ?? (content.medium === 'video' ? 'video/unknown' : undefined);
    const sha256 = [...(content.hashes ?? []), ...(media?.hashes ?? [])].find((hash) => hash.algo === 'sha-256')?.value;
    return candidate(content.url, type, content.fileSize, base, sha256);
  });
}

function mediaDuration(media: MediaNs.ItemOrFeed | undefined): number | null {
  return media?.contents?.[0]?.duration ?? media?.groups?.[0]?.contents?.[0]?.duration ?? null;
}

const VIDEO_NAME = /\.(?:mp4|m4v|mkv|webm|mov|avi|ogv|mpe?g|ts|wmv)$/i;

function candidate(
  url: string | undefined,
  type: string | undefined,
  length: number | undefined,
  base: string,
  sha256?: string,
): Enclosure | null {
  const absolute = address(url, base);
  if (!absolute) return null;
  const isVideo = type ? type.toLowerCase().startsWith('video/') : VIDEO_NAME.test(new URL(absolute).pathname);
  if (!isVideo) return null;
  return {
    url: absolute,
    type: type?.toLowerCase() ?? null,
    length: length !== undefined && Number.isSafeInteger(length) && length > 0 ? length : null,
    sha256: sha256 && /^[0-9a-f]{64}$/i.test(sha256) ? sha256.toLowerCase() : null,
  };
}

/** The first; of Media RSS's alternatives, which follow the enclosure, the largest. */
function pickVideo(candidates: readonly (Enclosure | null)[]): Enclosure | null {
  const videos = candidates.filter((one) => one !== null);
  const [first] = videos;
  if (!first || first.length !== null) return first ?? null;
  return videos.reduce((best, one) => ((one.length ?? 0) > (best.length ?? 0) ? one : best), first);
}

function address(url: string | undefined, base: string): string | null {
  if (!url) return null;
  const absolute = URL.parse(url.trim(), base);
  return absolute && /^https?:$/.test(absolute.protocol) ? absolute.href : null;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", nbsp: ' ' };

/** Markup is dropped, not cleaned: what is left is shown as text and never as HTML. */
function plainText(html: string | undefined): string | null {
  const text = html
    ?.slice(0, 8 * MOST_TEXT)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|apos|#39|nbsp);/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .replaceAll(/\s+/g, ' ')
    .trim();
  if (!text) return null;
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT - 1)}…` : text;
}

function time(text: string | undefined): number | null {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
