import { createLog } from '@aniworld/chassis';
import type { Bench } from './case.ts';
import { claims } from './queue/claims.ts';
import { lists } from './queue/lists.ts';
import { startStage } from './queue/stage.ts';
import { throughput } from './queue/throughput.ts';

export const queue: Bench = {
  name: 'queue',
  title: 'the queue by itself, beside graphile-worker on the same Postgres',
  async run(say) {
    const log = createLog({ service: 'bench', level: 'warn', out: process.stderr });
    await using stage = await startStage(log);
    return [...(await throughput(stage, log, say)), ...(await lists(stage, say)), ...(await claims(stage, log, say))];
  },
};
