import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { numbersOf } from '../../packages/filename/src/meaning.fixture.ts';
import { freshNames } from '../../packages/filename/src/fresh.fixture.ts';
import { heldNames } from '../../packages/filename/src/held.fixture.ts';
import { names } from '../../packages/filename/src/names.fixture.ts';
import { rareNames } from '../../packages/filename/src/rare.fixture.ts';
import type { Expected } from './score.ts';

export interface NameSet {
  name: string;
  names: Expected[];
}

/** Where a collection of real names may lie: one JSON object a line, fields as in `Expected`. */
const CORPUS = process.env.BENCH_CORPUS ?? join(import.meta.dirname, '../../../shared/corpus/filenames.jsonl');

/** Our own sets, and the collection of real names where there is one. */
export async function nameSets(say: (text: string) => void): Promise<NameSet[]> {
  const own = [
    { name: 'made-up names', names: expected(names) },
    { name: 'rare made-up names', names: expected(rareNames) },
    { name: 'last made-up names', names: expected(freshNames) },
    { name: 'names held back first', names: expected(heldNames.first) },
    { name: 'names held back second', names: expected(heldNames.second) },
    { name: 'names held back third', names: expected(heldNames.third) },
    { name: 'names held back fourth', names: expected(heldNames.fourth) },
  ];
  const lines = await readFile(CORPUS, 'utf8').catch(() => null);
  if (lines === null) {
    say('No collection of real names: BENCH_CORPUS can name a file of one JSON object a line.');
    return own;
  }
  const rows = lines.split('\n').filter((line) => line !== '');
  return [{ name: 'real names', names: rows.map((line) => JSON.parse(line) as Expected) }, ...own];
}

const expected = (families: typeof names): Expected[] =>
  Object.values(families).flatMap((all) => all.map(([name, meaning]) => ({ name, ...numbersOf(meaning) })));
