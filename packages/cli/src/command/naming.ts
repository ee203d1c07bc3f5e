import { Command } from 'commander';
import { type Context, clientOf, print } from '../context.ts';
import { table } from '../table.ts';

/**
 * `aniworld naming preview [TEMPLATE]`: what a naming template makes of some episodes; a preset's name stands for its template,
 * and without one the configured template is shown.
 */
export function namingCommand(context: Context): Command {
  return new Command('naming').description('Naming templates').addCommand(
    new Command('preview')
      .description('Show what a naming template makes of some episodes')
      .argument('[template]', 'a template, or the name of a preset; the configured one when it is left out')
      .option('--fields', 'also what a template can be made of, and the presets')
      .action((template: string | undefined, options: { fields?: boolean }) => preview(context, template, options)),
  );
}

async function preview(context: Context, given: string | undefined, { fields = false }): Promise<void> {
  const { config } = await clientOf(context);
  const { signal } = context;
  const template = given ?? (await config.get({}, { signal })).config.library.naming;
  const shown = await config.previewNaming({ template }, { signal });
  print(context, `${shown.template}${shown.preset ? ` (${shown.preset})` : ''}`);
  print(
    context,
    table(
      ['KIND', 'PATH'],
      shown.examples.map(({ kind, path }) => [kind, path]),
    ),
  );
  if (!fields) return;
  print(
    context,
    table(
      ['FIELD', 'WHAT IT IS'],
      shown.fields.map((row) => [`{${row.name}}`, row.description]),
    ),
  );
  print(
    context,
    table(
      ['PRESET', 'TEMPLATE'],
      shown.presets.map((row) => [row.name, row.template]),
    ),
  );
}
