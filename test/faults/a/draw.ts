import type { Band, Command, State } from './model.ts';

const MOST_COMMANDS = 4;
const PLACING = ['add', 'move', 'move', 'priority'] as const;
const RETURNING = ['requeue', 'requeue', 'reap', 'retry'] as const;
const EITHER = [
  'claim',
  'claim',
  'claim',
  'remove',
  'remove',
  'hold',
  'pause',
  'complete',
  'complete',
  'fail',
] as const;
const HARMLESS = ['checkpoint', 'renew'] as const;

/**
 * Two to four commands to be carried out at once. A round either places items or brings some back, not both: where one that
 * comes back stands beside one that is being placed is left open.
 */
export function drawCommands(state: State, random: () => number): Command[] {
  const special: readonly Command['kind'][] = random() < 0.5 ? PLACING : RETURNING;
  const kinds: readonly Command['kind'][] = [...special, ...EITHER, ...HARMLESS];
  const count = 2 + Math.floor(random() * (MOST_COMMANDS - 1));
  return Array.from({ length: count }, () => draw(pick(kinds, random), state, random));
}

function draw(kind: Command['kind'], state: State, random: () => number): Command {
  const ids = () => drawIds(state, random);
  const priority = pick(['high', 'normal', 'low'] as const satisfies Band[], random);
  switch (kind) {
    case 'add':
      return { kind, count: 1 + Math.floor(random() * 2), priority };
    case 'remove':
    case 'retry':
      return { kind, ids: ids() };
    case 'move':
      return { kind, id: ids()[0]!, position: Math.floor(random() * (state.waiting.length + 2)) };
    case 'priority':
      return { kind, ids: ids(), priority };
    case 'hold':
      return { kind, ids: ids(), held: random() < 0.5 };
    case 'pause':
      return { kind, paused: random() < 0.3 };
    case 'claim':
    case 'reap':
      return { kind };
    default:
      return { kind, ...drawLease(state, random) };
  }
}

/** Mostly the lease that holds, sometimes one that was lost. */
function drawLease({ running }: State, random: () => number): { id: string; epoch: number } {
  if (running.length === 0) return { id: NOBODY, epoch: 1 };
  const { id, epoch } = pick(running, random);
  return { id, epoch: random() < 0.75 ? epoch : epoch - 1 };
}

const NOBODY = '00000000-0000-4000-8000-000000000000';

/** One or two items in any state; in no order, as people send them. */
function drawIds({ waiting, running, ended }: State, random: () => number): string[] {
  const all = [...waiting, ...waiting, ...running, ...running, ...ended].map(({ id }) => id);
  if (all.length === 0) return [NOBODY];
  const first = pick(all, random);
  const second = pick(all, random);
  return random() < 0.5 || first === second ? [first] : [first, second];
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)]!;
}
