/** The queue as it should behave when one command follows the other: plain values, for the interleavings of A08. */

export type Band = 'high' | 'normal' | 'low';
export type End = 'completed' | 'failed' | 'cancelled';
const BANDS: readonly Band[] = ['high', 'normal', 'low'];

export interface Waiting {
  id: string;
  priority: Band;
  held: boolean;
}

export interface Running {
  id: string;
  priority: Band;
  epoch: number;
  expired: boolean;
}

export interface Ended {
  id: string;
  priority: Band;
  end: End;
}

export interface State {
  /** In the order in which they run. */
  waiting: readonly Waiting[];
  running: readonly Running[];
  ended: readonly Ended[];
  paused: boolean;
  slots: number;
  /** All items by priority and rank: to its place there one comes back that ran or had ended. */
  places: ReadonlyMap<string, number>;
}

/** What somebody asks for; `epoch` is that of the lease in whose name it is asked. */
export type Command =
  | { kind: 'add'; count: number; priority: Band }
  | { kind: 'remove'; ids: string[] }
  | { kind: 'move'; id: string; position: number }
  | { kind: 'priority'; ids: string[]; priority: Band }
  | { kind: 'hold'; ids: string[]; held: boolean }
  | { kind: 'pause'; paused: boolean }
  | { kind: 'retry'; ids: string[] }
  | { kind: 'claim' }
  | { kind: 'reap' }
  | { kind: 'complete' | 'fail' | 'requeue' | 'checkpoint' | 'renew'; id: string; epoch: number };

/** What came back: a count, whether it was accepted, or the ids that it concerned. */
export type Answer = number | boolean | readonly string[];

/** A command with what it answered. */
export interface Done {
  command: Command;
  answer: Answer;
}

/** The items that a command names; while it is at work, a claim passes over them. */
export function named(command: Command): readonly string[] {
  if ('ids' in command) return command.ids;
  return 'id' in command ? [command.id] : [];
}

/**
 * The state after a command, or undefined when it could not have answered so.
 * @param others what ran at the same time: claims never wait, so they pass over what others have in hand
 */
export function step(state: State, { command, answer }: Done, others: readonly Command[]): State | undefined {
  switch (command.kind) {
    case 'claim':
      return claim(state, answer as readonly string[], others);
    case 'reap':
      return reap(state, answer as readonly string[], others);
    case 'add':
      return add(state, answer as readonly string[], command.priority);
    case 'remove':
      return remove(state, command.ids, answer as number);
    case 'move':
      return move(state, command, answer as boolean);
    case 'priority':
      return reprioritise(state, command, answer as number);
    case 'hold':
      return hold(state, command, answer as number);
    case 'retry':
      return retry(state, command.ids, answer as number);
    case 'pause':
      return answer === (state.paused !== command.paused) ? { ...state, paused: command.paused } : undefined;
    default:
      return underLease(state, command, answer as boolean);
  }
}

function claim(state: State, [taken]: readonly string[], others: readonly Command[]): State | undefined {
  const inHand = new Set(others.flatMap(named));
  const free = state.slots - state.running.length;
  const first = state.waiting.filter((item) => !item.held);
  if (taken === undefined) {
    // Each claim has a slot in its hand, and perhaps gives it back.
    const rivals = others.filter((other) => other.kind === 'claim').length;
    return state.paused || free <= rivals || first.every(({ id }) => inHand.has(id)) ? state : undefined;
  }
  const at = first.findIndex((item) => item.id === taken);
  // A claim goes by the order in which its statement began. What is moved meanwhile it may still find at its old place.
  const passed = inHand.has(taken) ? [] : first.slice(0, Math.max(0, at));
  if (state.paused || free < 1 || at < 0 || !passed.every(({ id }) => inHand.has(id))) return undefined;
  const { id, priority } = first[at]!;
  return {
    ...state,
    waiting: state.waiting.filter((item) => item.id !== id),
    running: [...state.running, { id, priority, epoch: Number.NaN, expired: false }],
  };
}

/** Takes over expired leases, each back to the queue; it too passes over what others have in hand. */
function reap(state: State, taken: readonly string[], others: readonly Command[]): State | undefined {
  const inHand = new Set(others.flatMap(named));
  const expired = state.running.filter((item) => item.expired);
  if (!taken.every((id) => expired.some((item) => item.id === id))) return undefined;
  if (!expired.every(({ id }) => taken.includes(id) || inHand.has(id))) return undefined;
  return taken.reduce(backToQueue, state);
}

function backToQueue(state: State, id: string): State {
  const item = state.running.find((one) => one.id === id)!;
  return comeBack({ ...state, running: state.running.filter((one) => one !== item) }, [item]);
}

function comeBack(state: State, items: readonly (Running | Ended)[]): State {
  const { places } = state;
  const waiting = [...state.waiting, ...items.map(({ id, priority }) => ({ id, priority, held: false }))];
  return { ...state, waiting: waiting.sort((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0)) };
}

/** At the end of their bands. */
function append(state: State, items: readonly Waiting[]): State {
  const all = [...state.waiting, ...items];
  return { ...state, waiting: BANDS.flatMap((band) => all.filter((item) => item.priority === band)) };
}

function add(state: State, ids: readonly string[], priority: Band): State {
  return append(
    state,
    ids.map((id) => ({ id, priority, held: false })),
  );
}

function remove(state: State, ids: readonly string[], count: number): State | undefined {
  const gone = <T extends { id: string }>(list: readonly T[]) => list.filter(({ id }) => ids.includes(id));
  const rest = <T extends { id: string }>(list: readonly T[]) => list.filter(({ id }) => !ids.includes(id));
  const cancelled = gone(state.running).map(({ id, priority }) => ({ id, priority, end: 'cancelled' as const }));
  if (count !== gone(state.waiting).length + cancelled.length + gone(state.ended).length) return undefined;
  return {
    ...state,
    waiting: rest(state.waiting),
    running: rest(state.running),
    ended: [...rest(state.ended), ...cancelled],
  };
}

function move(state: State, { id, position }: { id: string; position: number }, found: boolean): State | undefined {
  const item = state.waiting.find((one) => one.id === id);
  if (found !== (item !== undefined)) return undefined;
  if (!item) return state;
  const rest = state.waiting.filter((one) => one !== item);
  const priority = (rest[position] ?? rest.at(-1))?.priority ?? item.priority;
  return { ...state, waiting: [...rest.slice(0, position), { ...item, priority }, ...rest.slice(position)] };
}

function reprioritise(
  state: State,
  { ids, priority }: { ids: string[]; priority: Band },
  count: number,
): State | undefined {
  const chosen = state.waiting.filter(({ id }) => ids.includes(id));
  if (count !== chosen.length) return undefined;
  const waiting = state.waiting.filter((item) => !chosen.includes(item));
  return append(
    { ...state, waiting },
    chosen.map((item) => ({ ...item, priority })),
  );
}

function hold(state: State, { ids, held }: { ids: string[]; held: boolean }, count: number): State | undefined {
  const turns = (item: Waiting) => ids.includes(item.id) && item.held !== held;
  if (count !== state.waiting.filter(turns).length) return undefined;
  return { ...state, waiting: state.waiting.map((item) => (turns(item) ? { ...item, held } : item)) };
}

function retry(state: State, ids: readonly string[], count: number): State | undefined {
  const again = state.ended.filter(({ id, end }) => ids.includes(id) && end !== 'completed');
  if (count !== again.length) return undefined;
  return comeBack({ ...state, ended: state.ended.filter((item) => !again.includes(item)) }, again);
}

type UnderLease = Extract<Command, { epoch: number }>;

/** Accepted while the lease is the running one, and only then. */
function underLease(state: State, { kind, id, epoch }: UnderLease, accepted: boolean): State | undefined {
  const mine = state.running.find((item) => item.id === id && item.epoch === epoch);
  if (accepted !== (mine !== undefined)) return undefined;
  if (!mine || kind === 'checkpoint') return state;
  if (kind === 'renew') {
    return { ...state, running: state.running.map((item) => (item === mine ? { ...item, expired: false } : item)) };
  }
  if (kind === 'requeue') return backToQueue(state, id);
  const end = kind === 'complete' ? 'completed' : 'failed';
  return {
    ...state,
    running: state.running.filter((item) => item !== mine),
    ended: [...state.ended, { id, priority: mine.priority, end }],
  };
}
