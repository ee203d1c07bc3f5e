type Open = { name: string; openedAt: string; dispose: () => Promise<void> };

const KEY = Symbol.for('aniworld.testing.open');
// On the process and not in this module: the setup file and a test may each load a copy of it.
const open = ((globalThis as Record<symbol, unknown>)[KEY] ??= new Set<Open>()) as Set<Open>;

/**
 * Remembers `resource` as open until it is disposed, so that a test that leaves it open fails.
 * Returns the same resource; its dispose method is replaced by one that also strikes it off.
 */
export function track<T extends AsyncDisposable>(name: string, resource: T): T {
  const close = resource[Symbol.asyncDispose].bind(resource);
  const entry: Open = {
    name,
    openedAt: new Error('opened').stack?.split('\n').slice(2).join('\n') ?? '',
    dispose: async () => {
      open.delete(entry);
      await close();
    },
  };
  open.add(entry);
  return Object.assign(resource, { [Symbol.asyncDispose]: entry.dispose });
}

/** What is open now: the mark to give to `endLeaks` later. */
export function markOpen(): ReadonlySet<object> {
  return new Set(open);
}

/** Throws when anything is open that wasn't at `mark`, naming each; closes it first, so that the next test isn't hit. */
export async function endLeaks(mark: ReadonlySet<object>): Promise<void> {
  const leaks = [...open].filter((entry) => !mark.has(entry));
  if (leaks.length === 0) return;
  await Promise.allSettled(leaks.map((entry) => entry.dispose()));
  const list = leaks.map(({ name, openedAt }) => `${name}, opened\n${openedAt}`).join('\n');
  throw new Error(`Left open; hold it with "await using":\n${list}`);
}
