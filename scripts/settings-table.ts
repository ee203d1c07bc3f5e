import { variableOf } from '@aniworld/contracts';
import { type ConfigField, configFields } from '@aniworld/contracts/config-fields';

type Schema = ConfigField['json'];

/** Stands before what is generated in docs/configuration.md; what is above it is written by hand. */
export const MARK = '<!-- From here on generated from packages/contracts/src/config: npm run generate. -->';

/** The page with its tables written anew. @param page its present text, with MARK in it */
export function withSettingsTables(page: string): string {
  const [written = ''] = page.split(MARK);
  return `${written}${MARK}\n\n${tables()}`;
}

/** One table for each group of the document. */
function tables(): string {
  const groups = Map.groupBy(configFields, ({ path }) => path.split('.')[0] ?? '');
  return [...groups].map(([group, fields]) => `### ${group}\n\n${tableOf(fields)}\n`).join('\n');
}

const HEAD = ['Setting', 'Type', 'Default', 'Limits', 'Unit', 'Meaning', 'Environment variable'];

function tableOf(fields: readonly ConfigField[]): string {
  const rows = [
    HEAD,
    HEAD.map(() => '---'),
    ...fields.flatMap(({ path, json }) => rowsOf(path, json, variableOf(path))),
  ];
  return rows.map((cells) => `| ${cells.map(cellOf).join(' | ')} |`).join('\n');
}

const cellOf = (text: string) => text.replaceAll('|', '\\|');

/** A setting, and below it the fields of its items when it is a list of objects. */
function rowsOf(path: string, json: Schema, variable: string): string[][] {
  const own = [
    `\`${path}\``,
    typeOf(json),
    json.default === undefined ? '' : `\`${JSON.stringify(json.default)}\``,
    limitsOf(json),
    json.unit ?? '',
    `${json.description ?? ''}${json.secret ? `. ${SECRET[json.secret]}` : ''}`,
    variable && `\`${variable}\``,
  ];
  const { properties } = (json.items ?? {}) as Schema;
  const inner = Object.entries(properties ?? {}) as [string, Schema][];
  return [own, ...inner.flatMap(([name, field]) => rowsOf(`${path}[].${name}`, field, ''))];
}

const SECRET = { whole: 'Never shown', password: 'A password in it is never shown' };

function typeOf(json: Schema): string {
  const variants = variantsOf(json).map(nameOf);
  return [...new Set(variants)].filter((name) => name !== '').join(' or ');
}

function variantsOf(json: Schema): Schema[] {
  return json.anyOf ?? [json];
}

function nameOf(json: Schema): string {
  if (json.const !== undefined) return '';
  if (json.enum) return json.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (json.type === 'array') return `list of ${PLURALS[typeOf(json.items as Schema)] ?? typeOf(json.items as Schema)}`;
  if (json.format === 'uri') return 'address';
  return TYPES[String(json.type)] ?? 'object';
}

const TYPES: Record<string, string> = { integer: 'whole number', string: 'text', boolean: 'yes or no', null: 'null' };
const PLURALS: Record<string, string> = { 'whole number': 'whole numbers', text: 'texts', object: 'objects' };

function limitsOf(json: Schema): string {
  const limits = variantsOf(json).flatMap(({ minimum, maximum, minLength, maxLength, minItems, maxItems }) => [
    range(minimum, maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum, ''),
    range(minLength, maxLength, ' characters'),
    range(minItems, maxItems, ' entries'),
  ]);
  return limits.filter((limit) => limit !== '').join(', ');
}

function range(least: number | undefined, most: number | undefined, of: string): string {
  if (least !== undefined && most !== undefined) return `${figure(least)} to ${figure(most)}${of}`;
  if (most !== undefined) return `up to ${figure(most)}${of}`;
  return least === undefined ? '' : `from ${figure(least)}${of}`;
}

const figure = (n: number) => n.toLocaleString('en');
