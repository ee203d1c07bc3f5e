import { unlinkSync } from 'node:fs';

/**
 * Named places at which a fault test ends, stops, blocks or hangs a process. Nothing happens unless the environment arms one,
 * which nothing but the fault tests does.
 *
 * KILL_POINT is `name=action[,name=action…]`; an action is `kill` (SIGKILL), `stop` (SIGSTOP), `hang` (never goes on),
 * `block:<ms>` (the event loop stands still) or `exhaust` (the heap is filled until the process dies of it). `@<path>`
 * behind it makes it happen once: it consumes that file. `name` may carry
 * a detail: `claim.taken/Poison` fires only where the code says that detail.
 */
interface Armed {
  action: string;
  token: string | undefined;
}

const armed = new Map<string, Armed>();

/** Arms the points of a specification. */
export function armKillPoints(specification: string): void {
  for (const entry of specification.split(',')) {
    const [name = '', rest = ''] = entry.split('=');
    const [action = '', token] = rest.split('@');
    armed.set(name, { action, token });
  }
}

/** A place where a test may strike. Costs a look into an empty map. */
export function killPoint(name: string, detail?: string): Promise<void> | void {
  if (armed.size === 0) return;
  const found = armed.get(name) ?? armed.get(`${name}/${detail}`);
  if (found && consume(found.token)) return strike(found.action);
}

function strike(action: string): Promise<void> | void {
  if (action === 'hang') return new Promise<void>(() => undefined);
  if (action.startsWith('block:')) return block(Number(action.slice(6)));
  if (action === 'exhaust') return exhaust();
  process.kill(process.pid, action === 'stop' ? 'SIGSTOP' : 'SIGKILL');
}

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

function exhaust(): never {
  const kept: object[] = [];
  for (;;) kept.push({ kept: kept.length });
}

function consume(token: string | undefined): boolean {
  if (token === undefined) return true;
  try {
    unlinkSync(token);
    return true;
  } catch {
    return false;
  }
}
