import { createInterface } from 'node:readline';
import { explainName } from '@aniworld/filename';
import { Command } from 'commander';
import { type Context, print } from '../context.ts';

/**
 * `aniworld parse [NAME...] [--explain]`: what names of files say, one JSON object a line; without names, those on standard input, one
 * a line. Asks no server.
 */
export function parseCommand(context: Context): Command {
  return new Command('parse')
    .description('Read season, episodes and more from names of files, offline')
    .argument('[name...]', 'names or paths; lines of standard input when there are none')
    .option('--explain', 'also the rule that read the numbers, and what each part was taken for')
    .action(async (names: string[], { explain = false }: { explain?: boolean }) => {
      for await (const name of names.length > 0 ? names : linesOf(context)) print(context, lineOf(name, explain));
    });
}

async function* linesOf({ stdin, signal }: Context): AsyncGenerator<string> {
  for await (const line of createInterface({ input: stdin, crlfDelay: Infinity, signal })) if (line !== '') yield line;
}

function lineOf(name: string, explain: boolean): string {
  const { rule, explanation, ...reading } = explainName(name);
  return JSON.stringify(explain ? { ...reading, rule, explanation } : reading);
}
