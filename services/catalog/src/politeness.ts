import { slots } from '@aniworld/chassis';

/** Waits for its turn; the function that it gives back ends the turn. */
export type Turns = (signal: AbortSignal) => Promise<() => void>;

/** At most `atOnce` turns at a time, in the order of asking. Whoever gives up while waiting takes nobody's turn. */
export function takeTurns(atOnce: number): Turns {
  const limit = slots(atOnce);
  return async (signal) => {
    signal.throwIfAborted();
    const turn = limit.take();
    const { promise: givenUp, reject } = Promise.withResolvers<never>();
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await Promise.race([turn, givenUp]);
    } catch (error) {
      void turn.then((end) => end());
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  };
}
