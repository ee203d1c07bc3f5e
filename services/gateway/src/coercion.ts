import { type Alternative, requestFields, type Rpc } from '@aniworld/contracts';

/** Turns the texts of one parameter into what its schema asks for. What doesn't fit stays text, and the schema refuses it. */
export interface Coercion {
  /** Whether the parameter may be given more than once. */
  many: boolean;
  apply(values: string[]): unknown;
}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;
const BOOLEANS = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** One coercion for each field of the operation's request: paths and queries know only text. A field that may be text stays text. */
export function coercions(op: Rpc): Map<string, Coercion> {
  return new Map(requestFields(op).map(({ name, alternatives }) => [name, coercionOf(alternatives)]));
}

function coercionOf(alternatives: Alternative[]): Coercion {
  const list = alternatives.find(({ type }) => type === 'array');
  if (list) {
    const item = coercionOf(list.items ?? []);
    return { many: true, apply: (values) => values.map((value) => item.apply([value])) };
  }
  const types = new Set(alternatives.map(({ type }) => type));
  return { many: false, apply: ([value = '']) => scalar(value, types) };
}

function scalar(value: string, types: Set<Alternative['type']>): unknown {
  if (types.has('string')) return value;
  if ((types.has('number') || types.has('integer')) && NUMBER.test(value)) return Number(value);
  if (types.has('boolean')) return BOOLEANS.get(value) ?? value;
  return value;
}
