import { readFile } from 'node:fs/promises';
import { type Alternative, fail, type RequestField, requestFields, type Rpc } from '@aniworld/contracts';

/** One field of a request as a flag. */
export interface Field {
  /** As in the contract: `series_id`. */
  name: string;
  /** `--series-id`. */
  flag: string;
  kind: 'text' | 'number' | 'boolean' | 'list' | 'json';
  required: boolean;
  description: string;
  choices: string[] | undefined;
}

/** The fields of an operation's request as flags. Passwords are left out: they are asked for. */
export function fieldsOf(op: Rpc): Field[] {
  return requestFields(op)
    .filter(({ name }) => name !== 'password')
    .map(toField);
}

/** Whether the operation's request holds a password. */
export function wantsPassword(op: Rpc): boolean {
  return requestFields(op).some(({ name }) => name === 'password');
}

/** A flag's text as the value that the request wants. A JSON field also takes `@file`. */
export async function toValue(field: Field, text: unknown): Promise<unknown> {
  if (field.kind === 'number') return Number(text);
  if (field.kind === 'boolean') return text === true || text === 'true';
  if (field.kind !== 'json') return text;
  const source = String(text);
  try {
    return JSON.parse(source.startsWith('@') ? await readFile(source.slice(1), 'utf8') : source);
  } catch (cause) {
    throw fail('INVALID_REQUEST', { detail: `--${field.flag} is not JSON: ${(cause as Error).message}`, cause });
  }
}

function toField({ name, required, description, preset, alternatives }: RequestField): Field {
  const kind = kindOf(alternatives);
  const otherwise = preset === undefined || typeof preset === 'object' ? '' : `default: ${preset}`;
  return {
    name,
    flag: name.replaceAll('_', '-'),
    kind,
    required,
    description: [description, kind === 'json' && 'JSON, or @file', otherwise].filter(Boolean).join('; '),
    choices: alternatives[0]?.choices,
  };
}

/** What may be of several kinds has to say which it is. */
function kindOf([only, ...others]: Alternative[]): Field['kind'] {
  if (others.length > 0) return 'json';
  if (only?.type === 'integer' || only?.type === 'number') return 'number';
  if (only?.type === 'boolean') return 'boolean';
  if (only?.type === 'string') return 'text';
  return only?.items?.length === 1 && only.items[0]?.type === 'string' ? 'list' : 'json';
}
