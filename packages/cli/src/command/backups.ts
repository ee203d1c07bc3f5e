import type { Command } from 'commander';
import { type Context, clientOf, print } from '../context.ts';
import { momentText } from '../moment-text.ts';
import { table } from '../table.ts';

/** `aniworld backups`: those in the server's folder, as a table. */
export function addBackups(group: Command, context: Context): void {
  group.action(async () => {
    const { backups } = await clientOf(context);
    const { folder, items } = await backups.list({}, { signal: context.signal });
    if (items.length === 0) return print(context, `No backup is in ${folder}. "aniworld backup" makes one.`);
    const rows = items.map(({ name, created_at, size }) => [
      momentText(created_at),
      `${Math.ceil(size / 1_000)} kB`,
      name,
    ]);
    print(context, `In ${folder} on the server:`);
    print(context, table(['MADE', 'SIZE', 'NAME'], rows));
  });
}
