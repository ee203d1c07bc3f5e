import {
  fail,
  type NamingField,
  namingPresets,
  parseTemplate,
  type Template,
  TemplateError,
  type TemplatePiece,
} from '@aniworld/contracts';
import { cutName, MOST_BYTES, safeName, SIDECAR_ROOM } from './safe.ts';

type Numbers = 'season' | 'episode' | 'absolute' | 'year';

/**
 * What a name is made from. A file with several episodes has several numbers, in rising order. What is not known is null or
 * left out.
 */
export type EpisodeNames = {
  series: string;
  season: number;
  episode: number | readonly number[];
  title: string;
  ext: string;
  absolute?: number | readonly number[] | null | undefined;
  year?: number | null | undefined;
} & { [field in Exclude<NamingField, Numbers | 'series' | 'title' | 'ext'>]?: string | number | null | undefined };

/**
 * The path of an episode's file below its library folder: safe names of at most 255 bytes, joined by `/`, the file's with
 * room for what will stand beside it. A name too long loses its title's end first, then the series', never its numbers.
 * @param template a template, or the name of a preset
 * @throws NAMING_TEMPLATE
 */
export function episodePath(template: string, names: EpisodeNames): string {
  const parts = readTemplate(template);
  const last = parts.length - 1;
  return parts
    .map((part, index) => (index === last ? fileName(part, names) : fitted(part, names, MOST_BYTES)))
    .join('/');
}

/** The template read last: an installation has one, and asks for it with every file. */
let latest: { text: string; template: Template } | undefined;

/** @throws NAMING_TEMPLATE */
export function readTemplate(template: string): Template {
  try {
    const text = resolvePreset(template);
    if (latest?.text !== text) latest = { text, template: parseTemplate(text) };
    return latest.template;
  } catch (error) {
    if (error instanceof TemplateError) throw fail('NAMING_TEMPLATE', { detail: error.message });
    throw error;
  }
}

/** The template of that name, or the template itself. */
export function resolvePreset(template: string): string {
  return Object.hasOwn(namingPresets, template) ? namingPresets[template as keyof typeof namingPresets] : template;
}

function fileName(part: TemplatePiece[], names: EpisodeNames): string {
  const ext = `.${
    names.ext
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '')
      .slice(0, 8) || 'bin'
  }`;
  // The template ends with .{ext}: its stem is what comes before.
  const stem = part.slice(0, -1);
  const dot = stem.at(-1);
  if (dot?.kind === 'text') stem[stem.length - 1] = { ...dot, text: dot.text.replace(/\.$/, '') };
  return fitted(stem, names, MOST_BYTES - SIDECAR_ROOM - ext.length) + ext;
}

/** Fields that may lose their ends, in this order, when a name is too long. */
const SHORTENED = ['title', 'series'] as const;

function fitted(part: TemplatePiece[], names: EpisodeNames, mostBytes: number): string {
  let fitting = names;
  for (const field of SHORTENED) {
    const over = Buffer.byteLength(fill(part, fitting, part).normalize('NFC')) - mostBytes;
    if (over <= 0) break;
    const value = fitting[field].normalize('NFC');
    fitting = { ...fitting, [field]: cutName(value, Buffer.byteLength(value) - over) };
  }
  return safeName(fill(part, fitting, part), mostBytes);
}

function fill(pieces: TemplatePiece[], names: EpisodeNames, part: TemplatePiece[]): string {
  return pieces.map((piece, index) => fillPiece(piece, pieces[index - 1], names, part)).join('');
}

function fillPiece(
  piece: TemplatePiece,
  before: TemplatePiece | undefined,
  names: EpisodeNames,
  part: TemplatePiece[],
): string {
  if (piece.kind === 'text') return piece.text;
  if (piece.kind === 'field') return fieldText(piece, before, names, part);
  const known = piece.pieces.every((inner) => inner.kind !== 'field' || isKnown(names[inner.name]));
  return known ? fill(piece.pieces, names, part) : '';
}

const isKnown = (value: EpisodeNames[NamingField]) =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

type Field = Extract<TemplatePiece, { kind: 'field' }>;

function fieldText(
  field: Field,
  before: TemplatePiece | undefined,
  names: EpisodeNames,
  part: TemplatePiece[],
): string {
  const value = names[field.name];
  if (!isKnown(value)) return field.name === 'absolute' ? inPlaceOfAbsolute(names, part) : '';
  if (typeof value === 'number' || Array.isArray(value)) {
    const letter = before?.kind === 'text' ? (/[a-z]$/i.exec(before.text)?.[0] ?? '') : '';
    return joined([value].flat(), field, letter);
  }
  // A slash inside a title is text, never a folder.
  return String(value).replaceAll(/[/\\]/g, '-');
}

/** Without a number counted over the series, a name that has no other would be that of every episode. */
function inPlaceOfAbsolute({ season, episode }: EpisodeNames, part: TemplatePiece[]): string {
  if (part.some((piece) => piece.kind === 'field' && piece.name === 'episode')) return '';
  const field = { digits: 2, join: null };
  return `S${joined([season], field, '')}E${joined([episode].flat(), field, 'E')}`;
}

/** `01-E03` for a run of numbers; each one, `01E03E07`, when it has gaps or its form has no hyphen. */
function joined(numbers: readonly number[], { digits, join }: Pick<Field, 'digits' | 'join'>, letter: string): string {
  const texts = numbers.map((number) => String(number).padStart(digits, '0'));
  const between = join ?? `-${letter}`;
  if (!between.includes('-')) return texts.join(between);
  const run = numbers.every((number, index) => index === 0 || number === numbers[index - 1]! + 1);
  if (run) return texts.length > 1 ? `${texts[0]}${between}${texts.at(-1)}` : texts[0]!;
  return texts.join(between.replaceAll('-', '') || '+');
}
