import { seededSha256 } from '@aniworld/testing';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultCase } from '../case.ts';
import { Scene } from '../scene.ts';
import { until } from '../until.ts';
import { mountMemory, notRun, whyNoMounts } from './disk.ts';

const MIB = 1024 * 1024;
const DISK_MIB = 64;
const SIZE = 12 * MIB;
/** The files need 36 MiB, and so much less is there. */
const FILLER = 44 * MIB;
/** Resumed within so long after there is space: the guard looks every 5 s, an item waits 30 s at most. */
const MOST_SECONDS = 45;

/** F01: the library fills up while files are written into it; a minute later somebody makes room. */
export const fullDisk: FaultCase = {
  id: 'F01',
  title: 'a 64 MiB library fills up in the middle of writing and has room again after a minute (--times: seconds)',
  async run(context) {
    const reason = whyNoMounts();
    if (reason) return notRun(reason);
    const seconds = context.times ?? 60;
    await using scene = await Scene.open(context);
    const { rig } = scene;
    await using _disk = await mountMemory(rig.folder, DISK_MIB);
    const filler = join(rig.folder, 'filler');
    await writeFile(filler, Buffer.alloc(FILLER));
    await scene.workers.start(2, { leaseSeconds: 15, slots: 2 });
    const names = ['one', 'two', 'three'];
    const items = await rig.enqueue(...names.map((name) => ({ name, seed: name, size: SIZE })));
    await until('the queue says why it starts nothing', async () => (await scene.query(GUARD)).length > 0);
    const requestsBefore = rig.origin.log.entries.length;
    await delay(seconds * 1_000);
    const requestsWhileFull = rig.origin.log.entries.length - requestsBefore;
    const states = await scene.query<State>(STATES);
    const claims = Math.max(...states.map((row) => row.claims));
    await rm(filler);
    const freedAt = performance.now();
    const ended = await Promise.all(items.map(({ id }) => scene.ends(id)));
    const resumed = (performance.now() - freedAt) / 1_000;
    const broken = [
      ...states.filter((row) => row.state === 'failed').map((row) => `${row.title} failed instead of waiting`),
      ...states.filter((row) => row.attempt > 0).map((row) => `${row.title} used up ${row.attempt} tries`),
      ...(states.some((row) => row.error_cause === 'no_space') ? [] : ['no item says no_space']),
      ...(requestsWhileFull > 0 ? [`${requestsWhileFull} requests while the disk was full`] : []),
      ...(claims > 4 ? [`an item was claimed ${claims} times while the disk was full`] : []),
      ...(resumed > MOST_SECONDS ? [`resumed only after ${Math.round(resumed)} s`] : []),
      ...names.filter((name, i) => ended[i]!.sha256 !== seededSha256(name, SIZE)).map((name) => `${name}: other bytes`),
      ...(await scene.check({ completed: names.length })),
    ];
    const sent = rig.origin.log.entries.reduce((sum, entry) => sum + entry.bytesSent, 0);
    const figures = {
      seconds_full: seconds,
      requests_while_full: requestsWhileFull,
      claims_of_one_item_max: claims,
      seconds_to_the_end_after_room: Math.round(resumed * 10) / 10,
      bytes_fetched_twice: Math.max(0, sent - names.length * SIZE),
    };
    return { held: broken.length === 0, figures, broken };
  },
};

const GUARD = 'select 1 from downloader.queue_state where guard_reason is not null';

interface State {
  title: string;
  state: string;
  attempt: number;
  error_cause: string | null;
  claims: number;
}

const STATES = `
  select title, state, attempt, error_cause,
    (select count(*)::int from downloader.timeline where item_id = item.id and what = 'claimed') as claims
  from downloader.item`;
