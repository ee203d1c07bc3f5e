import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { fail } from '@aniworld/contracts';
import type { Context } from './context.ts';

/**
 * Asks for a password without showing it, or takes the first line of standard input where that is no terminal. It is never taken
 * from the arguments: every user of the machine can read those.
 */
export async function readPassword({ stdin, stderr, signal }: Context): Promise<string> {
  const terminal = stdin.isTTY === true;
  if (terminal) stderr.write('Master password: ');
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal, signal });
  try {
    for await (const line of lines) return line;
  } finally {
    lines.close();
    if (terminal) stderr.write('\n');
  }
  throw fail('INVALID_REQUEST', {
    detail: 'No password came. Type it at the prompt or send it as the first line of input.',
  });
}
