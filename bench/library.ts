import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@aniworld/chassis';
import { startStandalone } from '@aniworld/standalone';
import { type Bench, lessIsBetter, type Row } from './case.ts';
import { EPISODES, fill, LONG, LONGEST, OPEN_FILES, SERIES } from './library/fill.ts';
import { measure, type Times } from './library/measure.ts';
import { countAtEachRequest, type Peer } from './library/peer.ts';

/** Of all requests in front of which a person waits; the last is a change of 1,300 rows. */
const MS = 100;
const SWITCHING_MS = 300;

export const library: Bench = {
  name: 'library',
  title: `${SERIES} series, ${EPISODES} episodes: what a person waits for, beside counting at each request`,
  async run(say) {
    const folder = await mkdtemp(join(tmpdir(), 'aniworld-bench-'));
    try {
      const log = createLog({ service: 'bench', level: 'warn', out: process.stderr });
      await using system = await startStandalone({ dataDir: join(folder, 'data'), port: 0, host: '127.0.0.1' }, log);
      const filled = await fill(system.databaseUrl, join(folder, 'library'), say);
      const times = await measure(system, filled, join(folder, 'library'), say);
      const peer = await countAtEachRequest(system.databaseUrl, filled.long);
      return rowsOf(times, peer);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function rowsOf(times: Times, peer: Peer): Row[] {
  const row = (name: string, ours: number, goal = MS): Row =>
    lessIsBetter({ case: `${name}, p95`, ours: tenths(ours), peer: goal, peer_name: 'goal', unit: 'ms', goal: 1 });
  const beside = (name: string, ours: number, theirs: number): Row =>
    lessIsBetter({
      ...{ case: `${name}, p95, beside plain SQL that counts`, ours: tenths(ours), peer: tenths(theirs) },
      ...{ peer_name: 'counted at each request, no HTTP', unit: 'ms', goal: 0 },
    });
  return [
    row('list page in any order', times.list),
    beside('list page in any order', times.list, peer.list),
    row('first list page, with the total of all', times.first),
    row('list page narrowed by tag, status and others', times.narrowed),
    row('text search', times.search),
    beside('text search', times.search, peer.search),
    row('missing page', times.missing),
    beside('missing page', times.missing, peer.missing),
    row(`page of ${OPEN_FILES} unmatched files, with what each might be`, times.unmatched),
    row(`details with ${LONG} episodes`, times.details),
    beside(`details with ${LONG} episodes`, times.details, peer.details),
    row(`one page of ${LONGEST} episodes`, times.page),
    row(`switching ${LONG} episodes`, times.switching, SWITCHING_MS),
    beside(`switching ${LONG} episodes`, times.switching, peer.switching),
  ];
}

const tenths = (ms: number) => Math.round(ms * 10) / 10;
