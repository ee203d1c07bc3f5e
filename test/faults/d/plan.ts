import { claim } from '../../../services/downloader/src/store/claim.ts';
import type { QueueDb } from '../database.ts';
import type { Scene } from '../scene.ts';

interface Node {
  'Node Type': string;
  'Parent Relationship'?: string;
  'Relation Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  Plans?: Node[];
}

export interface ClaimPlan {
  /** Node types by which the table of items is read. */
  reads: string[];
  /** Rows of items that one claim read. */
  rows: number;
  broken: string[];
}

/** How the database carries out a claim: planned with its values and, as prepared statements end up, without them. */
export async function explainClaim(scene: Scene, db: QueueDb): Promise<ClaimPlan[]> {
  const { sql, parameters } = await statementOf(db);
  const plans: ClaimPlan[] = [];
  await scene.query('set search_path = downloader');
  for (const mode of ['force_custom_plan', 'force_generic_plan']) {
    await scene.query(`set plan_cache_mode = ${mode}`);
    await scene.query(`prepare claim_plan as ${sql}`);
    await scene.query('begin');
    const explained = await scene.query<{ 'QUERY PLAN': { Plan: Node }[] }>(
      `explain (analyze, format json) execute claim_plan (${parameters.map(literal).join(', ')})`,
    );
    await scene.query('rollback');
    await scene.query('deallocate claim_plan');
    plans.push(judge(explained[0]!['QUERY PLAN'][0]!.Plan));
  }
  return plans;
}

/** The statement as the store writes it, caught before it is sent. */
async function statementOf(db: QueueDb): Promise<{ sql: string; parameters: readonly unknown[] }> {
  let caught: { sql: string; parameters: readonly unknown[] } | undefined;
  const executor = db.getExecutor();
  const spy = {
    transformQuery: executor.transformQuery.bind(executor),
    compileQuery: executor.compileQuery.bind(executor),
    executeQuery(query: typeof caught) {
      caught = query;
      return Promise.resolve({ rows: [{ contested: false }] });
    },
  };
  const tx = { getExecutor: () => spy } as unknown as Parameters<typeof claim>[0];
  await claim(tx, { name: 'plan', tags: ['http'] }, 60);
  return caught!;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `array[${value.map(literal).join(', ')}]`;
  return typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
}

function judge(root: Node): ClaimPlan {
  const plan: ClaimPlan = { reads: [], rows: 0, broken: [] };
  look(root, plan, false);
  return plan;
}

/** @param sorted whether a Sort stands above, with no Limit in between that would keep its input small */
function look(node: Node, plan: ClaimPlan, sorted: boolean): void {
  const type = node['Node Type'];
  if (node['Relation Name'] === 'item' && type.endsWith('Scan')) {
    plan.reads.push(type);
    plan.rows += Math.round((node['Actual Rows'] ?? 0) * (node['Actual Loops'] ?? 0));
    if (type === 'Seq Scan') plan.broken.push('the claim reads the whole table of items');
    if (sorted) plan.broken.push('the claim sorts the items');
  }
  const above = type === 'Limit' ? false : sorted || type === 'Sort' || type === 'Incremental Sort';
  // A CTE hangs below the statement's top, but what is sorted there is not its rows.
  for (const child of node.Plans ?? []) look(child, plan, above && child['Parent Relationship'] !== 'InitPlan');
}
