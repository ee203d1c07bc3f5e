import type { MediaFacts } from '@aniworld/contracts';
import { BadMediaError, InspectorEndedError, startInspector as start, UnreadMediaError } from '@aniworld/media';
import { Failure, toFailure } from '../failure.ts';

/** Looks into what came; what is wrong with it is a failure of the download. */
export interface Inspector extends AsyncDisposable {
  /**
   * What is in a file.
   * @throws Failure `bad_content` for one that is cut short or that no player takes; the signal's reason
   */
  inspect(path: string, signal: AbortSignal): Promise<MediaFacts>;
}

/** @param options how long one file may take, in milliseconds */
export function startInspector(options: { hangingMs?: number } = {}): Inspector {
  const inspector = start(options);
  return {
    async inspect(path, signal) {
      try {
        return await inspector.inspect(path, signal);
      } catch (error) {
        throw failureOf(error);
      }
    },
    [Symbol.asyncDispose]: () => inspector[Symbol.asyncDispose](),
  };
}

function failureOf(error: unknown): unknown {
  if (error instanceof BadMediaError) return new Failure('bad_content', error.message);
  if (error instanceof InspectorEndedError) return new Failure('shutdown');
  return error instanceof UnreadMediaError ? toFailure(error) : error;
}
