import type { Session } from '@aniworld/contracts';
import { stopLive } from '../cache/live.ts';
import { queryClient } from '../cache/query-client.ts';
import { api } from './api.ts';
import { sessionToken } from './token.ts';

/** Takes a new session into use; what an earlier one had read is forgotten. */
export function beginSession(session: Session): void {
  sessionToken.set(session.token);
  stopLive();
  queryClient.clear();
}

/** Ends the session on the server and here; here even when the server can't be reached. */
export async function endSession(): Promise<void> {
  try {
    await api.auth.logout();
  } finally {
    sessionToken.clear();
    stopLive();
    queryClient.clear();
  }
}
