import type { AppConfig } from '@aniworld/contracts';

/** The value of a setting; `path` is one of the schema's, like `queue.max_concurrent`. */
export function valueAt(config: AppConfig, path: string): unknown {
  return path.split('.').reduce<any>((value, name) => value?.[name], config);
}

/** A copy of the document with other values for some settings. */
export function withValues(config: AppConfig, values: Iterable<readonly [path: string, value: unknown]>): AppConfig {
  const copy = structuredClone(config);
  for (const [path, value] of values) {
    const names = path.split('.');
    const last = names.pop()!;
    const owner = names.reduce<any>((inner, name) => inner[name], copy);
    owner[last] = value;
  }
  return copy;
}
