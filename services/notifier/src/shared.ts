/**
 * Makes one call out of many that are made at the same time, as when thousands of clients come back at once. Nobody gets the answer to a
 * call that had begun before he asked, because that may be older than what he has missed: who comes while one is under way
 * waits for the next.
 */
export function shared<T>(load: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  let next: Promise<T> | null = null;
  const run = () => {
    const call = load().finally(() => {
      if (running === call) running = null;
    });
    running = call;
    return call;
  };
  const runNext = () => {
    next = null;
    return run();
  };
  return () => {
    if (!running) return run();
    next ??= running.then(runNext, runNext);
    return next;
  };
}
