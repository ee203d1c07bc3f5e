import { type contracts, OpenState, type Reply } from '@aniworld/contracts';
import { Command, Option } from 'commander';
import { type Context, clientOf, print } from '../context.ts';
import { table } from '../table.ts';

type Kind = Reply<typeof contracts.anime.unmatched>['items'][number]['state'];

/** As many as fit some screens; all of them are at `aniworld anime unmatched`. */
const ROWS = 50;

/** `aniworld unmatched`: files that are no episode's, why, and what they might be. */
export function unmatchedCommand(context: Context): Command {
  return new Command('unmatched')
    .description('List files that are no episode’s, with the reason; "aniworld match" says what they are')
    .addOption(new Option('--kind <kind>', 'all but the ignored ones by default').choices(OpenState.options))
    .action(async ({ kind }: { kind?: Kind }) => {
      const { anime } = await clientOf(context);
      const page = await anime.unmatched({ limit: ROWS, ...(kind && { kind }) }, { signal: context.signal });
      if (page.items.length === 0) return print(context, 'There are none.');
      const rows = page.items.map(({ id, state, candidates, path, reason }) => [
        id,
        state,
        candidates[0]?.title ?? '-',
        `${path}: ${reason}`,
      ]);
      print(context, table(['ID', 'STATE', 'PERHAPS', 'FILE'], rows));
      if (page.next_cursor) print(context, 'There are more: "aniworld anime unmatched" lists them all, page by page.');
    });
}
