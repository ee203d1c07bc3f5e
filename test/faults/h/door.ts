import type { ApiClient } from '@aniworld/sdk';
import type { Lure } from './lure.ts';

/** The running system, set up, with a user's client, and the address that it may fetch from. */
export interface Stage {
  client: ApiClient;
  library: string;
  lure: Lure;
  /** All lead inside. */
  urls: readonly string[];
  /** Of the witness. */
  port: number;
}

/** A way by which a URL of somebody else's choosing gets fetched. */
export interface Door {
  name: string;
  /** Tries every URL, and one that is allowed. */
  knock(stage: Stage): Promise<Knocks>;
}

export interface Knocks {
  tried: number;
  /** Refused by the guard, with the sentence that says what would allow it. */
  refused: number;
  /** Came to something else before it got that far: no address by the schema, no name in the DNS. */
  others: string[];
  /** What was let in. */
  let_in: string[];
  /** Addresses at which the witness was meant to see connections. */
  meant?: string[];
  /** The allowed one came through, so that this door does fetch. */
  works: boolean;
}

/** What the guard's sentence always has in it. */
export const REFUSAL = 'network.allow_private';

/** Sorts what came of each URL: its error's text, or null when it was fetched. */
export function countKnocks(outcomes: readonly { url: string; error: string | null }[], works: boolean): Knocks {
  const refused = outcomes.filter(({ error }) => error?.includes(REFUSAL));
  const others = outcomes.filter(({ error }) => error !== null && !error.includes(REFUSAL));
  const letIn = outcomes.filter(({ error }) => error === null);
  return {
    tried: outcomes.length,
    refused: refused.length,
    others: others.map(({ url, error }) => `${url} ${error}`),
    let_in: letIn.map(({ url }) => url),
    works,
  };
}
