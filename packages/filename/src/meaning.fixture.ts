/** The numbers that a name must be read as. */
export interface Meaning {
  season: number | null;
  episodes: number[];
  absolute: number[];
  air_date: string | null;
  version: number | null;
}

/** Writes out the short form of `names.fixture.ts`: `s1 e1-3 a5 d2020-01-02 v2`. */
export function numbersOf(short: string): Meaning {
  const words = short.split(' ');
  const after = (letter: string) => words.find((word) => word.startsWith(letter))?.slice(1);
  const number = (text: string | undefined) => (text === undefined ? null : Number(text));
  return {
    season: number(after('s')),
    episodes: listOf(after('e')),
    absolute: listOf(after('a')),
    air_date: after('d') ?? null,
    version: number(after('v')),
  };
}

function listOf(text: string | undefined): number[] {
  if (text === undefined) return [];
  const [first = 0, last] = text.split('-').map(Number);
  if (last === undefined) return text.split(',').map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
