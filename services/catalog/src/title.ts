/** What makes two spellings of a title the same, and in which order titles stand. */

/** Lower case without accents: `Pokémon` becomes `pokemon`. Marks of other scripts stay, because か is not が. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase();
}

/**
 * The form in which titles are compared: folded, without a year in brackets at the end, apostrophes dropped, every other
 * sign a space. A title of signs alone (`!!!`) stays as it is, so that it is never the empty string.
 */
export function normaliseTitle(title: string): string {
  const folded = fold(title).trim();
  const words = folded
    .replace(/\s*[([](19|20)\d{2}[)\]]$/, '')
    .replace(/['’ʼ`´]/g, '')
    .replaceAll('×', 'x')
    .replaceAll('&', ' and ')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
  return words || folded;
}

/** What lists are sorted by: without accents, case and leading signs. */
export function sortTitle(title: string): string {
  return fold(title).replace(/^[^\p{L}\p{N}]+/u, '') || fold(title);
}

/** What a text filter looks through: all titles, folded, one a line. */
export function searchText(titles: readonly string[]): string {
  return titles.map(fold).join('\n');
}

/**
 * How well a query names a series; smaller is better, null when it doesn't: 0 a whole title, 1 the beginning of one, 2 a
 * part of one, 3 all of its words in any order. `titles` begins with the main one.
 */
export function rankTitle(query: string, titles: readonly string[]): number | null {
  const wanted = normaliseTitle(query);
  const words = wanted.split(' ');
  let best: number | null = null;
  for (const title of titles.map(normaliseTitle)) {
    const rank = rankOne(wanted, words, title);
    if (rank !== null && (best === null || rank < best)) best = rank;
  }
  return best;
}

function rankOne(wanted: string, words: readonly string[], title: string): number | null {
  if (title === wanted) return 0;
  if (title.startsWith(wanted)) return 1;
  if (title.includes(wanted)) return 2;
  return words.every((word) => title.includes(word)) ? 3 : null;
}
