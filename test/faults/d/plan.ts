import pg from 'pg';
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

/**
 * How the database carries out the statements of a claim's function: planned with their values and, as they end up in a
 * session that is old enough, without them.
 */
export async function explainClaim(scene: Scene): Promise<ClaimPlan[]> {
  const plans: ClaimPlan[] = [];
  for (const mode of ['force_custom_plan', 'force_generic_plan'])
    plans.push(judge(await statements(scene.rig.databaseUrl, mode)));
  return plans;
}

/** The plans of all statements that ran inside, as the server's auto_explain tells its client. */
async function statements(connectionString: string, mode: string): Promise<Node[]> {
  const plans: Node[] = [];
  const client = new pg.Client({ connectionString, options: '-c search_path=downloader' });
  await client.connect();
  try {
    await client.query(`load 'auto_explain'; set plan_cache_mode = ${mode}`);
    await client.query(`
      set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on;
      set auto_explain.log_analyze = on; set auto_explain.log_format = json`);
    await client.query('begin');
    client.on('notice', ({ message = '' }) => plans.push(JSON.parse(message.slice(message.indexOf('{'))).Plan));
    await client.query(`set local client_min_messages = log; select from claim_items('plan', '{http}', 60, 1)`);
    await client.query('rollback');
  } finally {
    await client.end();
  }
  return plans;
}

function judge(roots: Node[]): ClaimPlan {
  const plan: ClaimPlan = { reads: [], rows: 0, broken: [] };
  for (const root of roots) look(root, plan, false);
  if (plan.reads.length === 0) plan.broken.push('the server told no plan that reads items');
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
