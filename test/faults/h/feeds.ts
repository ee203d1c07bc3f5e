import { AppConfig, type AppError } from '@aniworld/contracts';
import { countKnocks, type Door, type Knocks, type Stage } from './door.ts';

/** As many as the configuration takes, with room for the one that is allowed. */
const FEEDS_AT_ONCE = 199;

/** A person, or somebody who got a person to do it, enters an address as a feed, searches all feeds, and adds it. */
export const feeds: Door = { name: 'feed', knock: (stage) => knock(stage, (url) => url) };

/** A feed that is allowed moves inside. */
export const movedFeeds: Door = {
  name: 'feed that redirects',
  knock: (stage) => knock(stage, (url) => stage.lure.redirectTo(url)),
};

async function knock(stage: Stage, feedOf: (url: string) => string): Promise<Knocks> {
  const { lure, urls } = stage;
  const outcomes: { url: string; error: string | null }[] = [];
  const wanted = urls.map((url) => ({ url, feed: feedOf(url) }));
  for (const one of wanted.filter(({ feed }) => !isFeed(feed))) outcomes.push({ url: one.url, error: 'is no address' });
  const usable = wanted.filter(({ feed }) => isFeed(feed));
  const allowed = lure.feedOf([`http://${lure.host}/video.mp4`]);
  let works = false;
  for (let at = 0; at < usable.length; at += FEEDS_AT_ONCE) {
    const some = usable.slice(at, at + FEEDS_AT_ONCE);
    await enter(stage, [allowed, ...new Set(some.map(({ feed }) => feed))]);
    await stage.client.search.query({ q: 'Inside' });
    for (const { url, feed } of some) outcomes.push({ url, error: await add(stage, feed) });
    works ||= (await add(stage, allowed)) === null;
  }
  return countKnocks(outcomes, works);
}

function isFeed(url: string): boolean {
  return AppConfig.safeParse({ providers: { rss: { feeds: [{ name: 'feed', url }] } } }).success;
}

/** Stores the feeds and nothing else that may be asked but the lure. */
export async function enter({ client, library, lure }: Stage, urls: readonly string[]): Promise<void> {
  const config = {
    library: { folders: [library] },
    queue: { max_concurrent: 16, host_max_concurrent: 16, min_free_bytes: 0 },
    network: { allow_private: [lure.host] },
    providers: { rss: { feeds: urls.map((url, index) => ({ name: `feed ${index}`, url })) } },
  };
  await client.config.update({ config });
}

async function add({ client }: Stage, feed: string): Promise<string | null> {
  try {
    await client.search.add({ provider: 'rss', ref: feed });
    return null;
  } catch (error) {
    return (error as AppError).message;
  }
}
