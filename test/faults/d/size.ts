import { checkBacklog, fillQueue } from '../backlog.ts';
import type { FaultCase } from '../case.ts';
import { Claimers } from '../claimers.ts';
import { quantile, rounded } from '../quantile.ts';
import { Scene } from '../scene.ts';
import { explainClaim } from './plan.ts';

/** A thousand of these is the full size. */
const THOUSANDS = 1_000;
const DEAD = 100;
const CLAIMS = 3_000;
const CONNECTIONS = 1;
const MOST_P99_MS = 5;

/** D06: a claim must not notice how much there is. */
export const size: FaultCase = {
  id: 'D06',
  title: 'a million items ready, a million delayed, five million finished, a hundred thousand dead rows',
  limitMinutes: 60,
  async run(context) {
    const scale = context.times ?? THOUSANDS;
    await using scene = await Scene.open(context);
    await using claimers = await Claimers.open(scene, context, CONNECTIONS, 64);
    const begun = performance.now();
    const backlog = { ready: scale * 1_000, delayed: scale * 1_000, completed: scale * 5_000 };
    await fillQueue(scene, context, backlog);
    await leaveDead(scene, scale * DEAD);
    const filled = (performance.now() - begun) / 1_000;
    const plans = await explainClaim(scene);
    const over = () => claimers.claims.length >= CLAIMS;
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => claimers.hurry(`claimer-${i}`, over)));
    const ms = claimers.claims.map((claim) => claim.ms);
    const p99 = quantile(ms, 0.99);
    const broken = [
      ...plans.flatMap((plan) => plan.broken),
      ...(await checkBacklog(scene, backlog, { failed: ms.length })),
    ];
    if (p99 > MOST_P99_MS) broken.push(`I13: the p99 of a claim is ${rounded(p99, 2)} ms`);
    const figures = {
      rows_ready: scale * 1_000,
      rows_delayed: scale * 1_000,
      rows_finished: scale * 5_000,
      rows_dead: scale * DEAD,
      filled_in_seconds: rounded(filled),
      claims: ms.length,
      claim_p50_ms: rounded(quantile(ms, 0.5), 2),
      claim_p99_ms: rounded(p99, 2),
      claim_max_ms: rounded(Math.max(...ms), 2),
      items_read_by_one_claim: Math.max(...plans.map((plan) => plan.rows)),
      plan: [...new Set(plans.flatMap((plan) => plan.reads))].join(', '),
    };
    return { held: broken.length === 0, figures, broken };
  },
};

/** Old versions of rows at the head of the queue, which every claim has to pass until they are cleaned away. */
async function leaveDead(scene: Scene, rows: number): Promise<void> {
  await scene.query('alter table downloader.item set (autovacuum_enabled = false)');
  await scene.query(`
    update downloader.item set rank = rank where id in (
      select id from downloader.item where state = 'pending' and not_before is null order by priority, rank, id limit ${rows}
    )`);
}
