import { hashKey, type QueryClient, type QueryKey } from '@tanstack/react-query';

/** A burst of messages, such as five hundred items added one by one, costs one reading of the list. */
const DELAY_MS = 400;

const waiting = new Set<string>();

/** Reads again what stands under the key, once for all calls within a short time. */
export function refreshSoon(client: QueryClient, queryKey: QueryKey): void {
  const hash = hashKey(queryKey);
  if (waiting.has(hash)) return;
  waiting.add(hash);
  setTimeout(() => {
    waiting.delete(hash);
    void client.invalidateQueries({ queryKey });
  }, DELAY_MS);
}
