import { setMaxConcurrent } from '../../../services/downloader/src/store/state.ts';
import type { FaultCase, FaultContext, FaultOutcome } from '../case.ts';
import { openQueue, type QueueDb } from '../database.ts';
import { rounded } from '../quantile.ts';
import { Scene } from '../scene.ts';
import { cancelRunning } from './cancel.ts';
import { carryOut } from './command.ts';
import { drawCommands } from './draw.ts';
import { type Command, type Done, type State, step } from './model.ts';
import { readState, SLOTS, tidy } from './snapshot.ts';

const ROUNDS = 10_000;
/** Connections to choose from, so that what is spread by connection meets itself too. */
const ACTORS = 24;

/** A08: commands of people and of workers at the same moment, thousands of times, against a model. */
export const interleaving: FaultCase = {
  id: 'A08',
  title: 'cancel, pause, reorder, priority, hold, retry racing claims and their ends; cancelling what runs',
  limitMinutes: 60,
  async run(context) {
    const rounds = context.times ?? ROUNDS;
    const raced = await race(context, rounds);
    const cancelled = await cancelRunning(context);
    const broken = [...raced.broken, ...cancelled.broken];
    return { held: broken.length === 0, figures: { ...raced.figures, ...cancelled.figures }, broken };
  },
};

type Part = Omit<FaultOutcome, 'held'>;

async function race(context: FaultContext, rounds: number): Promise<Part> {
  await using scene = await Scene.open(context);
  await using opened = new AsyncDisposableStack();
  const actors: QueueDb[] = [];
  for (let i = 0; i < ACTORS; i += 1) actors.push(opened.use(await openQueue(scene.rig, context, { max: 1 })));
  await actors[0]!.transaction().execute((tx) => setMaxConcurrent(tx, SLOTS));
  const counts = { commands: 0, refused: 0, deadlocks: 0 };
  const broken: string[] = [];
  const begun = performance.now();
  for (let i = 0; i < rounds && broken.length < 5; i += 1) {
    const count = await tidy(scene, context.random);
    if (count > 0) await carryOut(actors[0]!, { kind: 'add', count, priority: 'normal' });
    const before = await readState(scene);
    const commands = drawCommands(before, context.random);
    const done = await atOnce(actors, commands, context.random, counts);
    const after = await readState(scene);
    broken.push(...after.broken.map((what) => `round ${i}: ${what}`));
    if (!explained(before, done, commands, after)) broken.push(`I1: ${describe(i, before, done, after)}`);
  }
  if (counts.deadlocks > 0) broken.push(`I8: ${counts.deadlocks} commands ended in a deadlock`);
  const seconds = (performance.now() - begun) / 1_000;
  const figures = { interleavings: rounds, ...counts, interleavings_per_second: rounded(rounds / seconds) };
  return { figures, broken };
}

/** Carries out all at the same moment, each on a connection of its own. What ended in a deadlock was not done. */
async function atOnce(
  actors: QueueDb[],
  commands: Command[],
  random: () => number,
  counts: { commands: number; refused: number; deadlocks: number },
): Promise<Done[]> {
  const first = Math.floor(random() * actors.length);
  const stride = 1 + Math.floor(random() * (actors.length - 1));
  const results = await Promise.all(
    commands.map(async (command, i): Promise<Done[]> => {
      try {
        return [{ command, answer: await carryOut(actors[(first + i * stride) % actors.length]!, command) }];
      } catch (error) {
        if ((error as { code?: string }).code !== '40P01') throw error;
        counts.deadlocks += 1;
        return [];
      }
    }),
  );
  const done = results.flat();
  counts.commands += commands.length;
  counts.refused += done.filter(({ answer }) => answer === false || answer === 0).length;
  return done;
}

/** Whether some order of the commands, one after the other, gives these answers and this end. */
function explained(state: State, done: readonly Done[], all: readonly Command[], end: State): boolean {
  if (done.length === 0) return same(state, end);
  return done.some((one, i) => {
    const others = all.filter((command) => command !== one.command);
    const next = step(state, one, others);
    return next !== undefined && explained(next, done.toSpliced(i, 1), all, end);
  });
}

function same(model: State, actual: State): boolean {
  const list = (state: State) => state.waiting.map(({ id, priority, held }) => `${id} ${priority} ${held}`).join();
  // What was claimed just now has an epoch that the model doesn't know.
  const runs = model.running.every(({ id, epoch }) =>
    actual.running.some((item) => item.id === id && (Number.isNaN(epoch) || item.epoch === epoch)),
  );
  const ends = model.ended.every(({ id, end }) => actual.ended.some((item) => item.id === id && item.end === end));
  const sizes = model.running.length === actual.running.length && model.ended.length === actual.ended.length;
  return list(model) === list(actual) && runs && ends && sizes && model.paused === actual.paused;
}

function describe(round: number, before: State, done: readonly Done[], after: State): string {
  const short = (value: unknown) => JSON.stringify(value).replaceAll(/([0-9a-f]{4})[0-9a-f-]{32}/g, '$1');
  const plain = ({ waiting, running, ended, paused }: State) => ({ waiting, running, ended, paused });
  return `no order explains round ${round}: ${short(plain(before))} with ${short(done)} became ${short(plain(after))}`;
}
