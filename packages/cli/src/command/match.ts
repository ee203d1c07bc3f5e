import type { contracts, Reply, RequestInput } from '@aniworld/contracts';
import type { ApiClient } from '@aniworld/sdk';
import { Command } from 'commander';
import { type Context, clientOf, print } from '../context.ts';
import { seriesFor } from '../series-choice.ts';
import { table } from '../table.ts';

interface Options {
  series?: string;
  ignore?: boolean;
  folder?: string;
  season?: number;
  offset?: number;
  episodes?: number[];
  remember?: boolean;
  yes?: boolean;
}

/** `aniworld match FILE... --series TITLE`: says what files are. Without `--yes` only shows what would happen. */
export function matchCommand(context: Context): Command {
  return new Command('match')
    .description(
      'Say which series and episodes files hold, or ignore them; shows what would happen unless --yes is given',
    )
    .argument('[id...]', 'files, as "aniworld unmatched" lists them')
    .option('--folder <path>', 'all files in this folder, instead of ids')
    .option('--series <text>', 'a title in the library, or an id')
    .option('--ignore', 'they are no episodes at all')
    .option('--season <number>', 'instead of the one in the names', Number)
    .option('--offset <number>', 'added to the numbers in the names: -12 makes episode 13 the first', Number)
    .option('--episodes <number...>', 'for one file: its numbers', (text, known?: number[]) => [
      ...(known ?? []),
      Number(text),
    ])
    .option('--remember', 'keep it as a rule for files that come later')
    .option('--yes', 'do it')
    .action((ids: string[], options: Options) => match(context, ids, options));
}

async function match(context: Context, ids: string[], options: Options): Promise<void> {
  const { anime } = await clientOf(context);
  const { signal } = context;
  const { series, ignore, folder, season, offset, episodes, remember = false, yes } = options;
  const request: RequestInput<typeof contracts.anime.match> = {
    ...(ids.length > 0 && { file_ids: ids }),
    ...(folder !== undefined && { folder }),
    action: ignore ? 'ignore' : 'match',
    ...(series !== undefined && { series_id: await seriesFor(anime, series, signal) }),
    ...(season !== undefined && { season }),
    ...(offset !== undefined && { number_offset: offset }),
    ...(episodes && { episodes }),
    remember,
    dry_run: !yes,
  };
  const reply = await anime.match(request, { signal });
  const codes = request.series_id ? await codesOf(anime, request.series_id, signal) : new Map<string, string>();
  const rows = reply.items.map((item) => rowOf(item, codes));
  print(context, table(['STATE', 'EPISODES', 'FILE'], rows));
  print(context, yes ? `Changed ${reply.changed} of ${reply.total}.` : outlook(reply));
  if (reply.rule) print(context, `To take the rule back: aniworld anime remove-match-rule --id ${reply.rule.id}`);
}

type Matched = Reply<typeof contracts.anime.match>;

/** `S01E02` for each episode of a series, by its id. */
async function codesOf(anime: ApiClient['anime'], id: string, signal: AbortSignal): Promise<Map<string, string>> {
  const codes = new Map<string, string>();
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await anime.episodes({ id, ...(cursor && { cursor }) }, { signal });
    for (const { id: episode_id, season, episode } of page.items)
      codes.set(episode_id, `S${pad(season)}E${pad(episode)}`);
    cursor = page.next_cursor;
  }
  return codes;
}

const pad = (number: number) => String(number).padStart(2, '0');

function rowOf({ state, episode_ids, path, reason }: Matched['items'][number], codes: Map<string, string>): string[] {
  const open = state === 'unmatched' || state === 'ambiguous';
  return [state, episode_ids.map((id) => codes.get(id) ?? id).join(' ') || '-', open ? `${path}: ${reason}` : path];
}

function outlook({ changed, total }: Matched): string {
  return `Would change ${changed} of ${total}. Nothing was stored: say it again with --yes.`;
}
