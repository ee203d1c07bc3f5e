import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** SHA-256 of a file, read through once; `onRead` is called for each piece. */
export async function hashFile(path: string, onRead?: () => void, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, ...(signal && { signal }) })) {
    hash.update(chunk);
    onRead?.();
  }
  return hash.digest('hex');
}
