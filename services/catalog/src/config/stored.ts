import { AppConfig } from '@aniworld/contracts';

/**
 * A document as it was stored, perhaps by an older version: what has been added since has its default, and a setting that
 * would not be taken today must not keep the rest from being read, so it has its default too.
 */
export function readStored(stored: unknown): AppConfig {
  const parsed = AppConfig.safeParse(stored);
  if (parsed.success) return parsed.data;
  const sound = structuredClone(stored);
  for (const { path } of parsed.error.issues) removeSetting(sound, path);
  return AppConfig.parse(sound);
}

/** Removes the whole setting that a place within it belongs to: half a list would be another list. */
function removeSetting(document: unknown, place: PropertyKey[]): void {
  let owner = document as Record<PropertyKey, unknown> | undefined;
  for (const [at, name] of place.entries()) {
    if (owner === undefined) return;
    const inner = owner[name];
    const isGroup = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
    if (!isGroup || at === place.length - 1) return void delete owner[name];
    owner = inner as Record<PropertyKey, unknown>;
  }
}
