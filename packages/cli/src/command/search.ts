import type { Command } from 'commander';
import { type Context, clientOf, print } from '../context.ts';
import { table } from '../table.ts';

/** `aniworld search TEXT`: results of all providers as a table; those that failed on standard error. */
export function addSearch(group: Command, context: Context): void {
  group.argument('[text...]', 'what to look for').action(async (words: string[]) => {
    if (words.length === 0) return group.help();
    const client = await clientOf(context);
    const { results, providers } = await client.search.query({ q: words.join(' ') }, { signal: context.signal });
    for (const { provider, ok, error } of providers) {
      if (!ok) context.stderr.write(`${provider} did not answer: ${error}\n`);
    }
    if (results.length === 0) return print(context, 'Nothing found.');
    const rows = results.map((result) => [
      result.provider,
      result.ref,
      result.title + (result.year ? ` (${result.year})` : ''),
      String(result.episode_count ?? '?'),
      result.licence ?? '-',
      result.series_id ? 'in the library' : '',
    ]);
    print(context, table(['PROVIDER', 'REF', 'TITLE', 'EPISODES', 'LICENCE', ''], rows));
  });
}
