import type { AppConfig } from '@aniworld/contracts';
import type { Log } from '@aniworld/chassis';
import { type Egress, isRefused } from '@aniworld/egress';
import { setTimeout as delay } from 'node:timers/promises';
import { type Breaker, createBreaker } from '../breaker.ts';
import type { SeriesFacts } from '../provider.ts';
import { createAnilist } from './anilist.ts';
import { enrich } from './enrich.ts';
import type { MetadataSource } from './source.ts';
import { createTvmaze } from './tvmaze.ts';

/** Asks the metadata sites that are switched on. */
export interface MetadataLookup {
  /**
   * The facts with what the sites can fill in. It never fails: a site that is away, slow, or asked too much already is
   * passed over until the next refresh.
   * @param links ids that are known besides those of the provider
   */
  complete(facts: SeriesFacts, links: Readonly<Record<string, string>>, signal: AbortSignal): Promise<SeriesFacts>;
}

export interface LookupDeps {
  config: () => Promise<AppConfig>;
  log: Log;
  egress: Pick<Egress, 'dispatcher'>;
}

/** Pauses between two series, in milliseconds. AniList allows 30 requests a minute; TVmaze 20 in 10 s, of which a series takes two. */
const paces: Record<MetadataSource['id'], number> = { anilist: 2_000, tvmaze: 1_000 };
/** For a site's answer: with its turn 4 s of the 20 s that adding a series may take, of which the provider has 15. */
const ANSWER_MS = 3_000;
/** Who would have to wait longer for a turn goes without. */
const MOST_WAIT_MS = 1_000;

export function createLookup(
  { config, log, egress }: LookupDeps,
  made: MetadataSource[] = [createTvmaze(egress), createAnilist(egress)],
): MetadataLookup {
  const sources = made.map(
    (source): Paced => ({
      source,
      breaker: createBreaker(Date.now),
      turn: createPace(paces[source.id]),
    }),
  );
  return {
    async complete(facts, links, signal) {
      const { metadata } = await config();
      const wanted = { ...facts, links: { ...links, ...facts.links } };
      const asked = sources.filter(({ source }) => metadata[source.id].enabled && isOpen(wanted, source));
      const found = await Promise.all(asked.map((one) => ask(one, wanted, log, signal)));
      return found.reduce<SeriesFacts>((whole, more) => (more ? enrich(whole, more) : whole), facts);
    },
  };
}

type Asked = SeriesFacts & { links: Record<string, string> };

/** A series that a site has named already is asked for again only while days are missing. */
const isOpen = ({ links, episodes }: Asked, { id }: MetadataSource) =>
  links[id] === undefined || episodes.some((episode) => episode.numbered && episode.air_date === null);

interface Paced {
  source: MetadataSource;
  breaker: Breaker;
  turn: (signal: AbortSignal) => Promise<void>;
}

async function ask({ source, breaker, turn }: Paced, wanted: Asked, log: Log, signal: AbortSignal) {
  if (!breaker.enter()) return null;
  try {
    await turn(signal);
    const found = await source.lookup(wanted, AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]));
    breaker.succeed();
    return found;
  } catch (error) {
    if (error instanceof Busy || signal.aborted || isRefused(error)) breaker.cancel();
    else breaker.fail();
    log.debug({ err: error, source: source.id }, 'metadata could not be looked up');
    return null;
  }
}

class Busy extends Error {}

/** Turns at least so far apart. @throws Busy when too many wait already */
function createPace(everyMs: number): (signal: AbortSignal) => Promise<void> {
  let next = 0;
  return async (signal) => {
    const now = performance.now();
    const wait = Math.max(0, next - now);
    if (wait > MOST_WAIT_MS) throw new Busy('too many wait for a turn');
    next = now + wait + everyMs;
    if (wait > 0) await delay(wait, undefined, { signal });
  };
}
