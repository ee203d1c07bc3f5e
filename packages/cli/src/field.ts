import { readFile } from 'node:fs/promises';
import { fail, type Rpc } from '@aniworld/contracts';

/** One field of a request as a flag. */
export interface Field {
  /** As in the contract: `series_id`. */
  name: string;
  /** `--series-id`. */
  flag: string;
  kind: 'text' | 'number' | 'boolean' | 'list' | 'json';
  required: boolean;
  description: string;
  choices?: string[];
}

interface Schema {
  type?: string;
  $ref?: string;
  enum?: string[];
  description?: string;
  default?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  $defs?: Record<string, Schema>;
}

/** The fields of an operation's request, read from its schema. Passwords are left out: they are asked for. */
export function fieldsOf(op: Rpc): Field[] {
  const { properties, required = [], $defs } = schemaOf(op);
  return Object.entries(properties ?? {})
    .filter(([name]) => name !== 'password')
    .map(([name, property]) => toField(name, { ...target(property, $defs), ...property }, required.includes(name)));
}

/** Whether the operation's request holds a password. */
export function wantsPassword(op: Rpc): boolean {
  return 'password' in (schemaOf(op).properties ?? {});
}

/** A request with a name of its own is a reference to itself. */
function schemaOf(op: Rpc): Schema {
  const root = op.request.toJSONSchema({ io: 'input' }) as Schema;
  return { ...root, ...target(root, root.$defs) };
}

const target = ({ $ref }: Schema, defs: Schema['$defs']) => defs?.[$ref?.replace('#/$defs/', '') ?? ''];

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

function toField(name: string, schema: Schema, required: boolean): Field {
  const preset = schema.default === undefined || typeof schema.default === 'object' ? '' : `default: ${schema.default}`;
  const kind = kindOf(schema);
  return {
    name,
    flag: name.replaceAll('_', '-'),
    kind,
    required,
    description: [schema.description, kind === 'json' && 'JSON, or @file', preset].filter(Boolean).join('; '),
    ...(schema.enum && { choices: schema.enum }),
  };
}

function kindOf(schema: Schema): Field['kind'] {
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  if (schema.type === 'boolean') return 'boolean';
  if (schema.type === 'string' || schema.enum) return 'text';
  return schema.type === 'array' && schema.items?.type === 'string' ? 'list' : 'json';
}
