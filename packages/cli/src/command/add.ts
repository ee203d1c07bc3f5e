import { Command } from 'commander';
import { type Context, clientOf, print } from '../context.ts';

/** `aniworld add PROVIDER REF`: adds a found series to the library. */
export function addCommand(context: Context): Command {
  return new Command('add')
    .description('Add a found series to the library')
    .argument('<provider>', 'as "aniworld search" prints it')
    .argument('<ref>', 'the provider’s own reference')
    .option('--folder <path>', 'one of the library folders; the first by default')
    .option('--download', 'queue all of its missing episodes too')
    .action(async (provider: string, ref: string, options: { folder?: string; download?: boolean }) => {
      const { search, anime } = await clientOf(context);
      const { signal } = context;
      const series = await search.add({ provider, ref, ...(options.folder && { folder: options.folder }) }, { signal });
      print(
        context,
        `Added “${series.title}” (${series.episode_count} episodes, ${series.missing_count} missing): ${series.id}`,
      );
      if (!options.download) return;
      const { added, batch } = await anime.download({ id: series.id }, { signal });
      const back = added > 0 && batch ? ` To take them back: aniworld queue undo --batch ${batch}` : '';
      print(context, `Queued ${added} episodes.${back}`);
    });
}
