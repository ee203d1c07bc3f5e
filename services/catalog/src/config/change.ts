import type { AppConfig, ConfigChange } from '@aniworld/contracts';
import { configFields } from '@aniworld/contracts/config-fields';
import { isDeepStrictEqual } from 'node:util';
import { valueAt } from './place.ts';
import { maskedValue } from './secret.ts';

/** Longer values, in characters of JSON, are left out of a list of changes: a page of them must fit into one answer. */
const LONGEST_SHOWN = 300;

/** The settings whose value is another one. */
export function changedPaths(before: AppConfig, after: AppConfig): string[] {
  return configFields
    .map(({ path }) => path)
    .filter((path) => !isDeepStrictEqual(valueAt(before, path), valueAt(after, path)));
}

/** What was changed, for people: without secrets and without long values. */
export function changesBetween(before: AppConfig, after: AppConfig): ConfigChange[] {
  return changedPaths(before, after).map((path) => ({
    path,
    ...shown('from', maskedValue(path, valueAt(before, path))),
    ...shown('to', maskedValue(path, valueAt(after, path))),
  }));
}

function shown(name: 'from' | 'to', value: unknown): Partial<ConfigChange> {
  return JSON.stringify(value).length > LONGEST_SHOWN ? {} : { [name]: value };
}
