import { type AppConfig, fail, variableOf } from '@aniworld/contracts';
import type { Overrides } from '@aniworld/contracts/config-variables';
import { isDeepStrictEqual } from 'node:util';
import { valueAt, withValues } from './place.ts';

/** Settings that the environment decides and that the document wants to have otherwise than `current`, each with a sentence. */
export function contradictions(config: AppConfig, current: AppConfig, overrides: Overrides) {
  return [...overrides.keys()]
    .filter((path) => !isDeepStrictEqual(valueAt(config, path), valueAt(current, path)))
    .map((path) => ({
      path,
      message: `The environment variable ${variableOf(path)} decides on this. Change it there, or take it away.`,
    }));
}

/** @throws CONFIG_OVERRIDDEN when the document contradicts the environment */
export function refuseContradictions(config: AppConfig, current: AppConfig, overrides: Overrides): void {
  const errors = contradictions(config, current, overrides);
  if (errors.length === 0) return;
  throw fail('CONFIG_OVERRIDDEN', {
    detail: errors.map(({ path, message }) => `${path}: ${message}`).join(' '),
    errors: errors.map(({ path, message }) => ({ path: `config.${path}`, message })),
  });
}

/** The document with what `beneath` has where the environment decides: that counts again when the variable is gone. */
export function withoutOverrides(config: AppConfig, beneath: AppConfig, overrides: Overrides): AppConfig {
  return withValues(
    config,
    [...overrides.keys()].map((path) => [path, valueAt(beneath, path)]),
  );
}
