import { setTimeout } from 'node:timers/promises';
import type { Rename } from '@aniworld/contracts';
import type { ApiClient } from '@aniworld/sdk';
import { Command } from 'commander';
import { type Context, clientOf, print } from '../context.ts';
import { seriesFor } from '../series-choice.ts';

const LOOK_MS = 500;

interface Options {
  series?: string;
  undo?: string;
  yes?: boolean;
}

/** `aniworld rename`: gives files the names of the template. Without `--yes` only shows what would happen. */
export function renameCommand(context: Context): Command {
  return new Command('rename')
    .description('Name files by the naming template; shows what would happen unless --yes is given')
    .option('--series <text>', 'only its files: a title in the library, or an id')
    .option('--undo <id>', 'give the names back that an earlier renaming has changed')
    .option('--yes', 'do it')
    .action(async ({ series, undo, yes }: Options) => {
      const { anime } = await clientOf(context);
      const { signal } = context;
      if (undo !== undefined) return follow(context, anime, await anime.undoRename({ id: undo }, { signal }));
      const chosen = series === undefined ? {} : { series_ids: [await seriesFor(anime, series, signal)] };
      if (yes) return follow(context, anime, await anime.rename(chosen, { signal }));
      await preview(context, anime, chosen);
    });
}

async function preview(context: Context, anime: ApiClient['anime'], chosen: { series_ids?: string[] }): Promise<void> {
  const { signal } = context;
  let [files, conflicts] = [0, 0];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await anime.previewRename({ ...chosen, limit: 200, ...(cursor && { cursor }) }, { signal });
    for (const { from, to, conflict } of page.items) {
      print(context, conflict === null ? `${from}\n  -> ${to}` : `${from}\n  stays: ${conflict}`);
      if (conflict === null) files += 1;
      else conflicts += 1;
    }
    cursor = page.next_cursor;
  }
  print(context, `Would rename ${files} files; ${conflicts} would stay. Nothing was done: say it again with --yes.`);
}

/** Waits for the end; Ctrl-C ends the waiting, not the renaming. */
async function follow(context: Context, anime: ApiClient['anime'], begun: Rename): Promise<void> {
  const { signal } = context;
  let rename = begun;
  while (rename.state === 'running') {
    await setTimeout(LOOK_MS, undefined, { signal });
    rename = await anime.renaming({ id: begun.id }, { signal });
  }
  for (const { from, problem } of rename.problems) context.stderr.write(`${from} stays: ${problem}\n`);
  if (rename.problem !== null) context.stderr.write(`${rename.problem}\n`);
  const back = rename.done > 0 ? ` To undo it: aniworld rename --undo ${rename.id}` : '';
  print(context, `Renamed ${rename.done} files; ${rename.failed} stay.${back}`);
}
