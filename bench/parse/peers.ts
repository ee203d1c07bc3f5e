import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { parseName } from '@aniworld/filename';
import { filenameParse } from '@ctrl/video-filename-parser';
import type * as Ptt from 'parse-torrent-title';
import { MissingError } from '../case.ts';
import type { Answer } from './score.ts';

/** What a parser makes of all names, and how many it reads a second. */
export interface Outcome {
  answers: Answer[];
  names_per_second: number;
}

export type Parser = { name: string; run: (names: readonly string[]) => Promise<Outcome> };

export const ours: Parser = { name: 'aniworld', run: timed(parseName) };

const ptt = createRequire(import.meta.url)('parse-torrent-title') as typeof Ptt;

/** Each gets its own best: told that names are of episodes where it can be told, its version 1 taken for none. */
export const peers: Parser[] = [
  {
    name: '@ctrl/video-filename-parser',
    run: timed((name) => {
      const parsed = filenameParse(name, true);
      const { version } = parsed.revision;
      const numbers = 'isTv' in parsed ? parsed : { seasons: [], episodeNumbers: [], airDate: null };
      const air_date = numbers.airDate?.toISOString().slice(0, 10) ?? null;
      return answerOf(numbers.seasons[0], numbers.episodeNumbers, [], air_date, version > 1 ? version : null);
    }),
  },
  {
    name: 'parse-torrent-title',
    run: timed((name) => {
      const { season, episode } = ptt.parse(name);
      return answerOf(season, episode === undefined ? [] : [episode]);
    }),
  },
  { name: 'guessit', run: askGuessit },
];

function answerOf(
  season: number | undefined,
  episodes: number[],
  absolute: number[] = [],
  air_date: string | null = null,
  version: number | null = null,
): Answer {
  // Numbers without a season are one thing in two fields.
  if (season === undefined)
    return { season: null, episodes: [], absolute: [...absolute, ...episodes], air_date, version };
  return { season, episodes, absolute, air_date, version };
}

const LEAST_MS = 500;

/** Answers once, then measures over and over for half a second, so that what the engine compiles counts for little. */
function timed(parse: (name: string) => Answer): Parser['run'] {
  return async (names) => {
    const answers = names.map(parse);
    let read = 0;
    const started = performance.now();
    for (; performance.now() - started < LEAST_MS; read += names.length) for (const name of names) parse(name);
    return { answers, names_per_second: (1_000 * read) / (performance.now() - started) };
  };
}

/** The import is not counted, and one name before the clock starts fills its caches. */
const SCRIPT = `
import json, sys, time
from guessit import guessit
names = json.load(sys.stdin)
options = {'type': 'episode'}
guessit(names[0], options)
start = time.perf_counter()
guesses = [guessit(name, options) for name in names]
taken = time.perf_counter() - start
json.dump({'taken': taken, 'guesses': [json.loads(json.dumps(guess, default=str)) for guess in guesses]}, sys.stdout)
`;
const INTERPRETERS = ['/usr/bin/python3', 'python3'];

interface Guess {
  season?: number | number[];
  episode?: number | number[];
  absolute_episode?: number | number[];
  date?: string;
  version?: number | number[];
}

async function askGuessit(names: readonly string[]): Promise<Outcome> {
  for (const interpreter of INTERPRETERS) {
    const output = await runPython(interpreter, JSON.stringify(names));
    if (output === null) continue;
    const { taken, guesses } = JSON.parse(output) as { taken: number; guesses: Guess[] };
    return { answers: guesses.map(answerOfGuess), names_per_second: names.length / taken };
  }
  throw new MissingError('guessit is not here: install the distribution’s package python3-guessit.');
}

function answerOfGuess({ season, episode, absolute_episode, date, version }: Guess): Answer {
  const [first] = [season ?? []].flat();
  const [newest] = [version ?? []].flat();
  return answerOf(first, [episode ?? []].flat(), [absolute_episode ?? []].flat(), date ?? null, newest ?? null);
}

/** @returns null when the interpreter or the module is not there */
async function runPython(interpreter: string, input: string): Promise<string | null> {
  const child = spawn(interpreter, ['-c', SCRIPT], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null));
    child.on('close', resolve);
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [output, code] = await Promise.all([text(child.stdout), ended]);
  return code === 0 ? output : null;
}
