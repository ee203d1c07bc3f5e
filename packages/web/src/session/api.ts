import { type AppError, errorCatalogue } from '@aniworld/contracts';
import { createClient } from '@aniworld/sdk';
import { sessionToken } from './token.ts';

/** The server's own address with its base path, without a slash at the end. */
export const baseUrl = document.baseURI.replace(/\/+$/, '');

/** The base path alone: empty at the root of a host. */
export const basePath = new URL(document.baseURI).pathname.replace(/\/+$/, '');

export const api = createClient({ baseUrl, token: sessionToken.get });

const SESSION_CODES: string[] = ['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'SESSION_REVOKED'];

/** Whether the error means that this browser has to log in again. */
export function needsLogin(error: unknown): boolean {
  return SESSION_CODES.includes((error as AppError | null)?.code ?? '');
}

/** Whether the same request may succeed by itself a little later. */
export function mayRetry(error: unknown): boolean {
  const code = (error as AppError | null)?.code;
  return code !== undefined && code in errorCatalogue && errorCatalogue[code].retry;
}
