/** Signals a child that was spawned `detached`, and all that it has started; nothing happens when all of them are gone. */
export function signalGroup({ pid }: { pid?: number | undefined }, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch {
    // Nobody is left in it.
  }
}
