import type { Rpc } from '@aniworld/contracts';
import { z } from 'zod';

/** Turns the texts of one parameter into what its schema asks for. What doesn't fit stays text, and the schema refuses it. */
export interface Coercion {
  /** Whether the parameter may be given more than once. */
  many: boolean;
  apply(values: string[]): unknown;
}

type JsonSchema = z.core.JSONSchema.JSONSchema;

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;
const BOOLEANS = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/**
 * One coercion for each field of the operation's request, by its JSON schema: paths and queries know only text. A field
 * that may be text stays text.
 */
export function coercions(op: Rpc): Map<string, Coercion> {
  const schema = z.toJSONSchema(op.request, { io: 'input', unrepresentable: 'any' });
  // A request that is a component by itself stands behind a reference.
  const fields = variantsOf(schema, schema).flatMap(
    ({ properties = {} }) => Object.entries(properties) as [string, JsonSchema][],
  );
  return new Map(fields.map(([name, field]) => [name, coercionOf(field, schema)]));
}

function coercionOf(field: JsonSchema, root: JsonSchema): Coercion {
  const variants = variantsOf(field, root);
  const list = variants.find((variant) => variant.type === 'array');
  if (list) {
    const item = coercionOf((list.items ?? {}) as JsonSchema, root);
    return { many: true, apply: (values) => values.map((value) => item.apply([value])) };
  }
  const types = new Set(variants.flatMap((variant) => variant.type as string | string[]));
  return { many: false, apply: ([value = '']) => scalar(value, types) };
}

function scalar(value: string, types: Set<string>): unknown {
  if (types.has('string')) return value;
  if ((types.has('number') || types.has('integer')) && NUMBER.test(value)) return Number(value);
  if (types.has('boolean')) return BOOLEANS.get(value) ?? value;
  return value;
}

/** The schema itself, or the alternatives that it offers; references stay within the document. */
function variantsOf(field: JsonSchema, root: JsonSchema): JsonSchema[] {
  if (field.$ref) {
    const name = field.$ref.split('/').at(-1) ?? '';
    return variantsOf(root.$defs?.[name] ?? {}, root);
  }
  const offered = field.anyOf ?? field.oneOf;
  return offered ? offered.flatMap((variant) => variantsOf(variant, root)) : [field];
}
