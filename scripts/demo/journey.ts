import type { AddResult, Episode, QueueItem, Series } from '@aniworld/contracts';
import { type ApiClient, connectRealtime, createClient, type Realtime } from '@aniworld/sdk';
import type { Standalone } from '@aniworld/standalone';
import type { z } from 'zod';
import { killWhileDownloading } from './kill.ts';
import { prove, tree } from './proof.ts';
import type { Screen } from './screen.ts';

export interface JourneyResult {
  ok: boolean;
  episodes: number;
  bytes: number;
  sha256_ok: boolean;
  events: { download_progress: number; download_complete: number };
  resumed_after_kill: boolean;
}

/** No part of the demo takes longer than this on a machine that works. */
const PATIENCE_MS = 180_000;

/** What a person does with the system, from the set-up to the last file. */
export async function journey(system: Standalone, library: string, screen: Screen): Promise<JourneyResult> {
  const { client, token } = await enter(system, library, screen);
  const series = await addShows(client, screen);
  const missing = await listMissing(client, series, screen);
  using realtime = connectRealtime({ baseUrl: system.url, token: () => token });
  const watch = watchDownloads(realtime, screen);
  await realtime.join('downloads');
  const items = await queueAll(client, series, missing, screen);
  const resumed = killWhileDownloading(system, client, realtime, screen);
  await watch.completed(items.map((item) => item.id));
  const proof = await prove(client, items, screen);
  screen.say(`\nthe library, ${library}:\n${await tree(library)}`);
  const resumedAfterKill = await resumed;
  const { progress, complete } = watch.events;
  const ok =
    proof.sha256_ok &&
    proof.episodes === missing.length &&
    resumedAfterKill &&
    progress > 0 &&
    complete >= items.length;
  screen.say(ok ? `\nall ${proof.episodes} episodes arrived whole` : '\nsomething is wrong');
  return {
    ok,
    ...proof,
    events: { download_progress: progress, download_complete: complete },
    resumed_after_kill: resumedAfterKill,
  };
}

async function enter(system: Standalone, library: string, screen: Screen) {
  const password = crypto.randomUUID();
  let token: string | null = null;
  const client = createClient({ baseUrl: system.url, token: () => token });
  await client.config.setup({ password, config: { library: { folders: [library] }, queue: { max_concurrent: 4 } } });
  screen.say('set up: password and library folder');
  token = (await client.auth.login({ password })).token;
  screen.say('logged in');
  return { client, token };
}

async function addShows(client: ApiClient, screen: Screen): Promise<z.output<typeof Series>[]> {
  const added: z.output<typeof Series>[] = [];
  for (const q of ['paper boat', 'noodle']) {
    const { results } = await client.search.query({ q });
    const [found] = results;
    if (!found) throw new Error(`nothing was found for "${q}"`);
    screen.say(`searched for "${q}": ${found.title} (${found.year}), from ${found.provider}`);
    added.push(await client.search.add({ provider: found.provider, ref: found.ref }));
  }
  return added;
}

async function listMissing(client: ApiClient, series: z.output<typeof Series>[], screen: Screen) {
  const missing: z.output<typeof Episode>[] = [];
  for (const { id, title } of series) {
    const { items } = await client.anime.episodes({ id, missing: true });
    screen.say(`missing of ${title}: ${items.map((episode) => `S${episode.season}E${episode.episode}`).join(' ')}`);
    missing.push(...items);
  }
  return missing;
}

/** The second show first, the specials last. */
async function queueAll(
  client: ApiClient,
  series: z.output<typeof Series>[],
  missing: z.output<typeof Episode>[],
  screen: Screen,
): Promise<QueueItem[]> {
  const results: z.output<typeof AddResult>[] = [];
  for (const [i, { id }] of series.entries()) {
    const of = (special: boolean) =>
      missing.filter((episode) => episode.series_id === id && (episode.season === 0) === special);
    for (const [episodes, priority] of [
      [of(false), i === 0 ? 'normal' : 'high'],
      [of(true), 'low'],
    ] as const) {
      if (episodes.length === 0) continue;
      results.push(
        await client.queue.add({ series_id: id, episode_ids: episodes.map((episode) => episode.id), priority }),
      );
    }
  }
  const items = results.flatMap((result) => result.items);
  screen.say(
    `queued ${items.length} episodes: ${results.map((result) => `${result.added} ${result.items[0]?.priority}`).join(', ')}\n`,
  );
  return items;
}

function watchDownloads(realtime: Realtime, screen: Screen) {
  const events = { progress: 0, complete: 0 };
  const done = new Set<string>();
  const { promise: changed, resolve, reject } = Promise.withResolvers<void>();
  let wanted: string[] | undefined;
  const look = () => wanted?.every((id) => done.has(id)) && resolve();
  realtime.on('download_progress', (data) => {
    events.progress += 1;
    screen.progress(data.id, data.id.slice(0, 8), data.percent, `${Math.round(data.speed / 1_024)} kB/s`);
  });
  realtime.on('download_complete', ({ item, path }) => {
    events.complete += 1;
    done.add(item.id);
    screen.progress(item.id, item.title ?? '', 100, 'done');
    screen.say(`  arrived: ${path.split('/').at(-1)}`);
    look();
  });
  realtime.on('download_failed', ({ item, detail }) => reject(new Error(`${item.title} failed: ${detail}`)));
  return {
    events,
    /** Resolves when all these items are completed. */
    async completed(ids: string[]) {
      wanted = ids;
      look();
      const timer = setTimeout(
        () => reject(new Error(`only ${done.size} of ${ids.length} episodes arrived`)),
        PATIENCE_MS,
      );
      await changed.finally(() => clearTimeout(timer));
    },
  };
}
