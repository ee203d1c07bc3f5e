import { until } from '../until.ts';
import { countKnocks, type Door, type Knocks, type Stage } from './door.ts';
import { enter } from './feeds.ts';

/** An allowed feed has episodes inside, and episodes that are redirected there; a person downloads all of them. */
export const enclosures: Door = {
  name: 'download',
  async knock(stage): Promise<Knocks> {
    const { client, lure, urls } = stage;
    const inside = [...urls, ...urls.map((url) => lure.redirectTo(url))];
    const feed = lure.feedOf([...inside, `http://${lure.host}/enclosed.mp4`]);
    await enter(stage, [feed]);
    const { id } = await client.search.add({ provider: 'rss', ref: feed });
    await client.anime.download({ id });
    await until('all downloads have ended', async () => (await unfinished(stage)) === 0, 180_000);
    const ended = await endings(stage, id);
    const outcomes = inside.map((url, index) => {
      const error = ended.get(`Episode ${index + 1}`);
      // The parser of feeds drops enclosures whose address can't be read.
      return { url, error: error === undefined ? 'is no address' : error };
    });
    return countKnocks(outcomes, lure.asked.includes('/enclosed.mp4'));
  },
};

async function unfinished({ client }: Stage): Promise<number> {
  const { counts } = await client.queue.status({});
  return counts.pending + counts.downloading;
}

/** Why each item of a series failed, by its title; null when it did not. */
async function endings({ client }: Stage, seriesId: string): Promise<Map<string, string | null>> {
  const found = new Map<string, string | null>();
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const { items, next_cursor } = await client.queue.items({
      series_id: seriesId,
      limit: 200,
      ...(cursor && { cursor }),
    });
    for (const { title, state, error_detail } of items) {
      found.set(title ?? '', state === 'completed' ? null : (error_detail ?? state));
    }
    cursor = next_cursor ?? undefined;
  }
  return found;
}
