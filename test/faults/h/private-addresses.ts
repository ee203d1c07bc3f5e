import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@aniworld/sdk';
import { startStandalone } from '@aniworld/standalone';
import { testDatabase, testPrefix } from '@aniworld/testing';
import type { FaultCase, FaultContext, FaultOutcome } from '../case.ts';
import { children } from './children.ts';
import type { Door, Knocks, Stage } from './door.ts';
import { enclosures } from './enclosures.ts';
import { feeds, movedFeeds } from './feeds.ts';
import { startLure } from './lure.ts';
import { resolvers } from './resolvers.ts';
import { INSIDE, urlsInside } from './spelling.ts';
import { openWitness, type Witness } from './witness.ts';

/** Every way in which somebody else's URL is fetched; posters and webhooks come here when something fetches them. */
const doors: Door[] = [feeds, movedFeeds, enclosures, ...children, resolvers];
/** Given to the loopback for the time where that is allowed. */
const BORROWED = INSIDE.filter((address) => /^(10|169)\./.test(address));

/** H05: addresses that lead inside, in every spelling, through every door. */
export const privateAddresses: FaultCase = {
  id: 'H05',
  title: 'more than 120 addresses that lead inside, through every door',
  async run(context) {
    await using opened = new AsyncDisposableStack();
    const witness = opened.use(await openWitness(BORROWED));
    const stage = await openStage(context, witness.port, opened);
    const figures: FaultOutcome['figures'] = {
      urls: stage.urls.length,
      doors: doors.length,
      watched: witness.addresses.join(' '),
    };
    const broken: string[] = [];
    for (const door of doors) {
      const knocks = await door.knock(stage);
      broken.push(...judge(door, knocks, witness));
      const name = door.name.replace(/\W+/g, '_');
      figures[`${name}_tried`] = knocks.tried;
      figures[`${name}_refused`] = knocks.refused;
      figures[`${name}_never_an_address`] = knocks.others.length;
      for (const other of knocks.others) context.log.info({ door: door.name, other }, 'not refused, and not fetched');
    }
    return { held: broken.length === 0, figures, broken };
  },
};

async function openStage({ servers, log }: FaultContext, port: number, opened: AsyncDisposableStack): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-fault-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const lure = opened.use(await startLure());
  const database = opened.use(await testDatabase({ server: servers.postgresUrl }));
  const places = { dataDir: folder, host: '127.0.0.1', port: 0, shelfBytesPerSecond: 0 };
  const where = { databaseUrl: database.url, natsUrl: servers.natsUrl, natsPrefix: testPrefix() };
  const system = opened.use(await startStandalone({ ...places, ...where }, log));
  let token: string | null = null;
  const client = createClient({ baseUrl: system.url, token: () => token });
  const library = join(folder, 'library');
  const config = { library: { folders: [library] } };
  token = (await client.config.setup({ password: 'a long password', config })).token;
  return { client, library, lure, port, urls: urlsInside(port) };
}

function judge({ name }: Door, { tried, refused, let_in, meant = [], works }: Knocks, witness: Witness): string[] {
  const broken: string[] = [];
  const seen = witness.seen().filter((address) => !meant.includes(address));
  if (seen.length > 0)
    broken.push(`I12: by ${name}, ${seen.length} connections came to ${[...new Set(seen)].join(', ')}`);
  for (const url of let_in) broken.push(`I12: by ${name}, ${url} was let in`);
  if (!works) broken.push(`By ${name}, nothing is fetched at all: it proves nothing`);
  // Most of them are addresses to every reader; were they all stopped by something else, it would not be the guard.
  if (refused < tried / 2) broken.push(`By ${name}, only ${refused} of ${tried} were refused by the guard`);
  return broken;
}
