import type { Bus } from '@aniworld/chassis';
import type { Event, EventData } from '@aniworld/contracts';
import { track } from './leaks.ts';

export type Watch<T> = AsyncDisposable & {
  readonly seen: readonly T[];
  /** The first that fits, of those seen already or yet to come. Rejects after `timeoutMs` with what was seen. */
  next(fits?: (data: T) => boolean, timeoutMs?: number): Promise<T>;
};

/** Records an event's messages, so that a test waits for the one that it expects instead of sleeping. */
export function watchEvent<E extends Event>(bus: Bus, event: E): Watch<EventData<E>> {
  const seen: EventData<E>[] = [];
  const waiting = new Set<(data: EventData<E>) => void>();
  const subscription = bus.listen(event, (data) => {
    seen.push(data);
    for (const look of waiting) look(data);
  });
  return track(`watch of ${event.name}`, {
    seen,
    next(fits = () => true, timeoutMs = 15_000) {
      const found = seen.find(fits);
      if (found) return Promise.resolve(found);
      return new Promise<EventData<E>>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(
            new Error(
              `${event.name} did not come within ${timeoutMs} ms; seen: ${JSON.stringify(seen).slice(0, 2_000)}`,
            ),
          );
        }, timeoutMs);
        const look = (data: EventData<E>) => {
          if (!fits(data)) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(data);
        };
        waiting.add(look);
      });
    },
    [Symbol.asyncDispose]: () => subscription[Symbol.asyncDispose](),
  });
}
