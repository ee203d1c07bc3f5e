import { Priority } from '@aniworld/contracts';
import fc from 'fast-check';
import { type Kysely, sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { claimer, openQueue } from './queue.fixture.ts';
import { addItems, changePriority, holdItems, listItems, moveItem, removeItems } from './queue.ts';
import type { DB } from './schema.gen.ts';
import { claim } from './store/claim.ts';
import { raiseLines } from './store/host.ts';
import { finishFailed } from './store/lease.ts';

/** Ten runs of a thousand: ten thousand commands, and a failure shrinks to the few that matter. */
const RUNS = 10;
const COMMANDS = 1_000;

interface Entry {
  id: string;
  priority: Priority;
  held: boolean;
}

type Command = {
  kind: 'add' | 'move' | 'priority' | 'remove' | 'hold' | 'claim' | 'raise';
  a: number;
  b: number;
  priority: Priority;
};

const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('add', 'add', 'move', 'move', 'priority', 'remove', 'hold', 'claim', 'raise'),
    a: fc.nat(10_000),
    b: fc.nat(10_000),
    priority: fc.constantFrom(...Priority.options),
  }),
  { minLength: COMMANDS, maxLength: COMMANDS, size: 'max' },
);

test('the order shown is the order run, over ten thousand random commands against a model', {
  timeout: 300_000,
}, async () => {
  await using queue = await openQueue();
  const { db } = queue;
  await fc.assert(
    fc.asyncProperty(commands, async (list) => {
      await sql`truncate item, timeline, outbox, item_count; `.execute(db);
      await sql`update slot set item_id = null`.execute(db);
      await sql`update host_slot set item_id = null`.execute(db);
      const model: Entry[] = [];
      for (const [i, command] of list.entries()) {
        await apply(db, model, command);
        if (i % 50 === 0) await compare(db, model);
      }
      await compare(db, model);
      await drain(db, model);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});

async function apply(db: Kysely<DB>, model: Entry[], command: Command): Promise<void> {
  const chosen = model[command.a % Math.max(1, model.length)];
  if (command.kind === 'add' || !chosen) return add(db, model, command);
  if (command.kind === 'claim') return claimHead(db, model);
  if (command.kind === 'raise') return raiseLines(db);
  if (command.kind === 'move') return move(db, model, chosen, command.b % (model.length + 2));
  if (command.kind === 'priority') return reprioritise(db, model, command);
  if (command.kind === 'hold') {
    chosen.held = !chosen.held;
    await holdItems(db, [chosen.id], chosen.held);
    return;
  }
  await removeItems(db, [chosen.id]);
  model.splice(model.indexOf(chosen), 1);
}

/** Behind the last one of its priority. */
function append(model: Entry[], entry: Entry): void {
  const rank = (one: Entry) => Priority.options.indexOf(one.priority);
  const behind = model.findIndex((one) => rank(one) > rank(entry));
  model.splice(behind < 0 ? model.length : behind, 0, entry);
}

async function add(db: Kysely<DB>, model: Entry[], { a, priority }: Command): Promise<void> {
  const episode_ids = Array.from({ length: 1 + (a % 5) }, () => randomUUID());
  const { items } = await addItems(db, { series_id: randomUUID(), episode_ids, priority, max_attempts: 3 });
  for (const { id } of items) append(model, { id, priority, held: false });
}

async function move(db: Kysely<DB>, model: Entry[], entry: Entry, position: number): Promise<void> {
  await moveItem(db, entry.id, position);
  model.splice(model.indexOf(entry), 1);
  entry.priority = (model[position] ?? model.at(-1))?.priority ?? entry.priority;
  model.splice(position, 0, entry);
}

async function reprioritise(db: Kysely<DB>, model: Entry[], { a, b, priority }: Command): Promise<void> {
  const from = a % model.length;
  const chosen = model.slice(from, from + 1 + (b % 4));
  await changePriority(
    db,
    chosen.map((entry) => entry.id),
    priority,
  );
  for (const entry of chosen) {
    model.splice(model.indexOf(entry), 1);
    append(model, Object.assign(entry, { priority }));
  }
}

/** What a worker gets is what the model has at its head; then it fails for good, so that its slot is free. */
async function claimHead(db: Kysely<DB>, model: Entry[]): Promise<void> {
  const expected = model.find((entry) => !entry.held);
  const claimed = await claim(db, claimer);
  const [item] = claimed.items;
  expect(item?.id).toBe(expected?.id);
  if (!item || !expected) return;
  const end = { cause: 'gone', detail: 'gone', attempt: 1 } as const;
  await db.transaction().execute((tx) => finishFailed(tx, item, end));
  model.splice(model.indexOf(expected), 1);
}

async function compare(db: Kysely<DB>, model: Entry[]): Promise<void> {
  const shown: Entry[] = [];
  let cursor: string | undefined;
  do {
    const page = await listItems(db, { state: 'pending', series_id: undefined }, { cursor, limit: 200 });
    shown.push(...page.items.map(({ id, priority, held }) => ({ id, priority, held })));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  expect(shown).toEqual(model);
}

async function drain(db: Kysely<DB>, model: Entry[]): Promise<void> {
  while (model.some((entry) => !entry.held)) await claimHead(db, model);
}
