/**
 * The language of naming templates.
 *
 *   {field}       the field's value; {field:00} a number with at least so many digits
 *   <text>        text with fields in it that goes away when one of them is not known: < - {absolute:000}>
 *   {{ and }}     the braces themselves
 *   /             a folder below the last one
 *
 * A file with several episodes repeats the letter before the number: E{episode:00} is E01-E02. What stands behind the
 * zeros joins them otherwise: {episode:00E} is 01E02, {episode:00-} is 01-02. A field alone in brackets, as in ({year}),
 * takes the brackets with it.
 */

interface FieldRow {
  kind: 'number' | 'text';
  description: string;
}

const text = (description: string): FieldRow => ({ kind: 'text', description });
const digits = (description: string): FieldRow => ({ kind: 'number', description });

/** What a template can name. Those that are not known of an episode are empty. */
export const namingFields = {
  series: text('Title of the series'),
  year: digits('Year in which the series began'),
  season: digits('Number of the season; 0 for specials'),
  episode: digits('Number within the season'),
  absolute: digits('Number counted over the whole series'),
  title: text('Title of the episode'),
  ext: text('Extension of the file, without the dot'),
  air_date: text('Day of the first broadcast: 2024-05-31'),
  provider: text('Where it was fetched from'),
  quality: text('Height of the picture: 1080p'),
  resolution: text('Width and height of the picture: 1920x1080'),
  video_codec: text('Codec of the picture: h264'),
  audio_codec: text('Codec of the sound: aac'),
  languages: text('Languages of the sound: ja-en'),
  subtitles: text('Languages of the subtitles in the file: de-en'),
  tvdb_id: text('Number of the series at TheTVDB'),
  anilist_id: text('Number of the series at AniList'),
} as const satisfies Record<string, FieldRow>;

export type NamingField = keyof typeof namingFields;

/** Templates that give what the programs that read a library expect, by what people call them. */
export const namingPresets = {
  standard: '{series} ({year})/Season {season:00}/{series} - S{season:00}E{episode:00} - {title}.{ext}',
  jellyfin:
    '{series} ({year})< [tvdbid-{tvdb_id}]>/Season {season:00}/{series} ({year}) - S{season:00}E{episode:00} - {title}.{ext}',
  plex: '{series} ({year})< {{tvdb-{tvdb_id}}}>/Season {season:00}/{series} ({year}) - S{season:00}E{episode:00} - {title}.{ext}',
  kodi: '{series} ({year})/Season {season:00}/{series} ({year}) - S{season:00}E{episode:00E} - {title}.{ext}',
  anime:
    '{series} ({year})/Season {season:00}/{series} - S{season:00}E{episode:00}< - {absolute:000+}> - {title}.{ext}',
} as const;

export type NamingPreset = keyof typeof namingPresets;

/** One piece of a template. */
export type TemplatePiece =
  | { kind: 'text'; text: string }
  | { kind: 'field'; name: NamingField; digits: number; join: string | null }
  | { kind: 'optional'; pieces: TemplatePiece[] };

/** The pieces of each part of the path, the file's name last. */
export type Template = TemplatePiece[][];

/** A template that makes no sense; the message is a sentence for the person who wrote it. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/**
 * Reads a template.
 * @throws TemplateError for a field that there isn't, braces that don't fit, a path that leaves the folder, and a name that
 *   can't tell episodes apart or has no extension
 */
export function parseTemplate(template: string): Template {
  const parts = template.split('/');
  if (parts.some((part) => part.trim() === '' || /^\s*\.{1,2}\s*$/.test(part))) {
    throw new TemplateError('Folders of the template must have names, and it must stay below the library folder.');
  }
  if (/\p{Cc}|\\/u.test(template)) {
    throw new TemplateError('Write / between folders; a backslash or a control character can’t be in a name.');
  }
  const parsed = parts.map(parsePart);
  const file = parsed.at(-1)!;
  const last = file.at(-1);
  if (last?.kind !== 'field' || last.name !== 'ext' || !template.endsWith('.{ext}')) {
    throw new TemplateError('The template must end with .{ext}, or files would have no extension.');
  }
  if (!file.some((piece) => piece.kind === 'field' && (piece.name === 'episode' || piece.name === 'absolute'))) {
    throw new TemplateError('The file’s name must have {episode} or {absolute} in it, outside of < >.');
  }
  return parsed;
}

/** A field; its zeros and what joins several numbers; or a sign of the language. */
const TOKEN = /\{\{|\}\}|\{([^{}<>]*)\}|[{}<>]/g;
/** A field alone in brackets is optional with them. */
const BRACKETED = /(?<! ) *(?:\(\{[^{}<>()]+\}\)|\[\{[^{}<>[\]]+\}\])/g;

function parsePart(part: string): TemplatePiece[] {
  const marked = part.replaceAll(/<[^<>]*>?|[^<>]+/g, (piece) =>
    piece.startsWith('<') ? piece : piece.replaceAll(BRACKETED, '<$&>'),
  );
  const outer: TemplatePiece[] = [];
  let inner: TemplatePiece[] | null = null;
  let end = 0;
  for (const token of marked.matchAll(TOKEN)) {
    addText(inner ?? outer, marked.slice(end, token.index));
    end = token.index + token[0].length;
    if (token[0] === '{{' || token[0] === '}}') addText(inner ?? outer, token[0][0]!);
    else if (token[1] !== undefined) (inner ?? outer).push(parseField(token[1]));
    else if (token[0] === '<' && !inner) inner = [];
    else if (token[0] === '>' && inner) {
      if (!inner.some((piece) => piece.kind === 'field')) throw new TemplateError('Between < and > must be a field.');
      outer.push({ kind: 'optional', pieces: inner });
      inner = null;
    } else throw new TemplateError(`A “${token[0]}” has no counterpart. Write {{ and }} for braces in the name.`);
  }
  if (inner) throw new TemplateError('A “<” has no counterpart.');
  addText(outer, marked.slice(end));
  return outer;
}

function addText(pieces: TemplatePiece[], text: string): void {
  const last = pieces.at(-1);
  if (last?.kind === 'text') last.text += text;
  else if (text !== '') pieces.push({ kind: 'text', text });
}

function parseField(written: string): TemplatePiece {
  const [, name = '', format] = /^\s*(\w*)\s*(?::(.*))?$/.exec(written) ?? [];
  if (!Object.hasOwn(namingFields, name)) {
    throw new TemplateError(`There is no field {${written}}. There are: ${Object.keys(namingFields).join(', ')}.`);
  }
  const field = name as NamingField;
  if (format === undefined) return { kind: 'field', name: field, digits: 0, join: null };
  const [, zeros, join] = /^(0{1,6})([-+_ .a-z]{0,4})$/i.exec(format) ?? [];
  if (zeros === undefined || namingFields[field].kind === 'text') {
    throw new TemplateError(`{${written}} is not understood. After a number’s name may come its digits: {episode:00}.`);
  }
  return { kind: 'field', name: field, digits: zeros.length, join: join || null };
}
