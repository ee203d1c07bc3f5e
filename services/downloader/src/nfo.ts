import type { Resolved } from '@aniworld/contracts';

/**
 * Documents that Kodi and Jellyfin read beside videos (kodi.wiki/view/NFO_files). Each carries a mark, so that one that a
 * person has written is told from one of ours.
 */

const MARK = '<!-- written by aniworld; without this line it is left alone -->';
const HEAD = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${MARK}\n`;

type Facts = Pick<Resolved, 'names' | 'about'>;
type Value = string | number | null | undefined;

/** Of a whole series: `tvshow.nfo`. */
export function seriesNfo({ names, about }: Facts): string {
  return document('tvshow', [
    field('title', names.series),
    field('year', names.year),
    field('plot', about?.series_plot),
    ...ids(names),
  ]);
}

/** Of an episode, under its file's name. */
export function episodeNfo({ names, about }: Facts): string {
  return document('episodedetails', [
    field('title', names.title),
    field('showtitle', names.series),
    field('season', names.season),
    field('episode', names.episode),
    field('aired', names.air_date),
    field('plot', about?.plot),
    // Kodi counts minutes.
    field('runtime', about?.duration ? Math.max(1, Math.round(about.duration / 60)) : null),
  ]);
}

/** Whether a document is one of ours, to be written anew. */
export function isOurs(text: string): boolean {
  return text.includes(MARK);
}

function document(root: string, fields: string[]): string {
  const lines = fields.filter(Boolean).map((line) => `  ${line}\n`);
  return `${HEAD}<${root}>\n${lines.join('')}</${root}>\n`;
}

function field(name: string, value: Value, attributes = ''): string {
  if (value === null || value === undefined || value === '') return '';
  return `<${name}${attributes}>${escape(String(value))}</${name}>`;
}

/** The numbers of the series elsewhere; the first is what a reader goes by. */
function ids({ tvdb_id, anilist_id }: Resolved['names']): string[] {
  const known = Object.entries({ tvdb: tvdb_id, anilist: anilist_id }).filter(
    ([, id]) => id !== null && id !== undefined,
  );
  return known.map(([type, id], i) => field('uniqueid', id, ` type="${type}"${i === 0 ? ' default="true"' : ''}`));
}

/** XML 1.0 has no way to write most control characters. */
function escape(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
