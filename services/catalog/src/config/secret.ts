import { type AppConfig, SECRET_MARK } from '@aniworld/contracts';
import { configFields } from '@aniworld/contracts/config-fields';
import { valueAt, withValues } from './place.ts';

/**
 * Secrets are written and never read. A setting that is one shows SECRET_MARK when it is set; of an address with a password
 * the password does. Who writes the mark back keeps the secret, but only for the place that it was given for: else a
 * password could be had by sending it to a server of one's own.
 */

const secrets = new Map(configFields.flatMap(({ path, json }) => (json.secret ? [[path, json.secret] as const] : [])));

/** The document as it may be shown. */
export function masked(config: AppConfig): AppConfig {
  return withValues(
    config,
    [...secrets.keys()].map((path) => [path, maskedValue(path, valueAt(config, path))]),
  );
}

/** A setting's value as it may be shown. */
export function maskedValue(path: string, value: unknown): unknown {
  const kind = secrets.get(path);
  if (!kind || typeof value !== 'string' || value === '') return value;
  if (kind === 'whole') return SECRET_MARK;
  const url = URL.parse(value);
  if (!url?.password) return value;
  url.password = SECRET_MARK;
  return url.href;
}

/** The document with the secrets that it only marks, and where a mark stands for none that is known. */
export interface Revealed {
  config: AppConfig;
  /** Settings whose mark stands for nothing; the mark is gone from them. */
  lost: string[];
}

/** Puts the secrets of `known` where `config` has marks for them. */
export function revealed(config: AppConfig, known: AppConfig): Revealed {
  const lost: string[] = [];
  const values = [...secrets.keys()].flatMap((path) => {
    const value = valueAt(config, path);
    if (!isMarked(path, value)) return [];
    const secret = valueAt(known, path);
    const isMeant = secret !== '' && maskedValue(path, secret) === maskedValue(path, value);
    if (!isMeant) lost.push(path);
    return [[path, isMeant ? secret : withoutMark(value)] as const];
  });
  return { config: withValues(config, values), lost };
}

function isMarked(path: string, value: unknown): value is string {
  if (typeof value !== 'string') return false;
  return secrets.get(path) === 'whole' ? value === SECRET_MARK : URL.parse(value)?.password === SECRET_MARK;
}

function withoutMark(value: string): string {
  const url = URL.parse(value);
  if (!url) return '';
  url.password = '';
  return url.href;
}
