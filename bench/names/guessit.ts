import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** What guessit reads from a name; a key is missing for what it did not find. */
export interface Guess {
  title?: string | string[];
  alternative_title?: string | string[];
  season?: number | number[];
  episode?: number | number[];
}

const SCRIPT = `
import json, sys
from guessit import guessit
names = json.load(sys.stdin)
json.dump([json.loads(json.dumps(guessit(name), default=str)) for name in names], sys.stdout)
`;

/** The distribution's interpreter sees the distribution's packages; another one may stand before it on the PATH. */
const INTERPRETERS = ['/usr/bin/python3', 'python3'];

/** Lets guessit read paths, without any hint of what they are. @returns null when this machine has no guessit */
export async function guess(paths: readonly string[]): Promise<Guess[] | null> {
  for (const interpreter of INTERPRETERS) {
    const child = spawn(interpreter, ['-c', SCRIPT], { stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = new Promise<number | null>((resolve) => {
      child.on('error', () => resolve(null));
      child.on('close', resolve);
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(paths));
    const [out, code] = await Promise.all([text(child.stdout), ended]);
    if (code === 0) return JSON.parse(out) as Guess[];
  }
  return null;
}
