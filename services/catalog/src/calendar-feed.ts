import { createHash, randomBytes } from 'node:crypto';

/**
 * Calendar programs send no header, so their address carries a token of its own: 256 random bits that open the
 * calendar and nothing else, and that a new one replaces. No session's token ever stands in an address, where logs and
 * histories keep it.
 */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of a token. Of random bits a plain hash is enough, and comparing hashes tells nothing by its time. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
