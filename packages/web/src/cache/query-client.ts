import type { AppError } from '@aniworld/contracts';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { mayRetry, needsLogin } from '../session/api.ts';
import { showError } from '../pieces/toast.tsx';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: AppError;
    /** `ownErrors`: the caller shows its errors itself, at the field or in the form. */
    mutationMeta: { ownErrors?: boolean };
  }
}

let onLoginNeeded = () => {};

/** Says what happens when the server no longer knows the session. */
export function whenLoginNeeded(action: () => void): void {
  onLoginNeeded = action;
}

/** To be called by whoever learns that the session has ended. */
export function loginNeeded(): void {
  onLoginNeeded();
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Realtime messages keep the cache fresh; a focus or reconnect reads again what is older than this.
      staleTime: 30_000,
      retry: (failures, error) => failures < 2 && mayRetry(error),
    },
  },
  queryCache: new QueryCache({ onError: (error) => needsLogin(error) && onLoginNeeded() }),
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      if (needsLogin(error)) onLoginNeeded();
      else if (!mutation.meta?.ownErrors) showError(error);
    },
  }),
});
