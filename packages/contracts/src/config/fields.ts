import { z } from 'zod';
import { AppConfig } from './document.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** One setting of the document: what is not an object of others. A list is one setting. */
export interface ConfigField {
  /** `queue.max_concurrent` */
  path: string;
  schema: z.ZodType;
  /** The same as JSON Schema, with `default`, `description`, and `unit` and `secret` where there are any. */
  json: JsonSchema & { unit?: string; secret?: 'whole' | 'password' };
}

/** Every setting, in the order of the schema. */
export const configFields: readonly ConfigField[] = fieldsOf(AppConfig, []);

function fieldsOf(schema: z.core.$ZodType, path: string[]): ConfigField[] {
  const inner = withoutDefault(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([name, field]) => fieldsOf(field, [...path, name]));
  }
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return [{ path: path.join('.'), schema: schema as z.ZodType, json }];
}

function withoutDefault(schema: z.core.$ZodType): z.core.$ZodType {
  const wrapped = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return wrapped ? withoutDefault(schema.unwrap()) : schema;
}

/** Places of what a document has and the schema doesn't know: parsing drops it without a word. */
export function unknownPaths(document: unknown): string[] {
  return strangers(document, AppConfig, []);
}

function strangers(value: unknown, schema: z.core.$ZodType, path: string[]): string[] {
  const inner = withoutDefault(schema);
  if (Array.isArray(value) && inner instanceof z.ZodArray) {
    return value.flatMap((item, at) => strangers(item, inner.element, [...path, String(at)]));
  }
  if (!(inner instanceof z.ZodObject) || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, below]) => {
    const known = Object.hasOwn(inner.shape, name) ? (inner.shape[name] as z.ZodType) : undefined;
    return known ? strangers(below, known, [...path, name]) : [[...path, name].join('.')];
  });
}
