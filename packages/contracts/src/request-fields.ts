import { z } from 'zod';
import type { Rpc } from './define.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** One of the things that a value may be. */
export interface Alternative {
  /** As JSON Schema calls it; undefined for anything. */
  type: string | undefined;
  /** The only texts that it may be. */
  choices?: string[];
  /** What each item of an array may be. */
  items?: Alternative[];
}

/** One field of a request, for those who get it as text: a parameter of a path or a query, or a flag. */
export interface RequestField {
  /** As in the contract: `series_id`. */
  name: string;
  required: boolean;
  description?: string;
  /** What it is when it is left out. */
  preset?: unknown;
  alternatives: Alternative[];
}

/** The fields of an operation's request in the order of its schema; none when it is no object. */
export function requestFields(op: Rpc): RequestField[] {
  const root = z.toJSONSchema(op.request, { io: 'input', unrepresentable: 'any' });
  const { properties = {}, required = [] } = resolve(root, root);
  return Object.entries(properties).map(([name, property]) => {
    const schema = resolve(property as JsonSchema, root);
    return {
      name,
      required: required.includes(name),
      description: schema.description,
      preset: schema.default,
      alternatives: alternativesOf(schema, root),
    };
  });
}

function alternativesOf(schema: JsonSchema, root: JsonSchema): Alternative[] {
  const offered = schema.anyOf ?? schema.oneOf;
  if (offered) return offered.flatMap((one) => alternativesOf(resolve(one, root), root));
  const items = schema.items ? alternativesOf(resolve(schema.items as JsonSchema, root), root) : undefined;
  const choices = schema.enum as string[] | undefined;
  // One type or several: zod writes "number or null" in this way.
  return [schema.type].flat().map((type) => ({ type, choices, items }));
}

/** A schema with a name of its own is a reference, the request itself too; what stands beside the reference wins. */
function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const { $ref, ...beside } = schema;
  const target = root.$defs?.[$ref?.replace('#/$defs/', '') ?? ''];
  return target ? { ...resolve(target, root), ...beside } : schema;
}
